#pragma once
/// What became of requests: the source of `egress_requests_total{outcome}`.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocols/error.hpp"

namespace troupe {

/// Written by the egress actor, read by any thread.
class egress_counters {
public:
  void count(errc outcome) noexcept { by_outcome_[static_cast<std::size_t>(outcome)].fetch_add(1); }

  /// Outcomes that happened: `ok`, `http_status` (an answer of 400 or above), or the name of the `errc`.
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> totals() const {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (std::size_t i = 0; i < by_outcome_.size(); ++i)
      if (auto n = by_outcome_[i].load(); n > 0)
        out.emplace_back(i == 0 ? "ok" : to_string(static_cast<errc>(i)), n);
    return out;
  }

  std::atomic<std::uint64_t> in_flight{0};
  std::atomic<std::uint64_t> received_bytes{0}; ///< of bodies, decompressed

private:
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(errc::internal) + 1> by_outcome_{};
};

} // namespace troupe
