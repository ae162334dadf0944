#pragma once
/// What became of one queue's work: the source of the `worker_…` metrics.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "protocols/error.hpp"
#include "protocols/work_totals.hpp"

namespace troupe {

/// Written by the queue's actors, read by any thread. Outlives their restarts.
class pool_counters {
public:
  explicit pool_counters(std::string queue) : queue_(std::move(queue)) {}

  /// One piece ended: `errc::none` when it was done. `took`: since it was started.
  void ended(errc how, std::chrono::steady_clock::duration took) noexcept;
  /// So many more (fewer) wait.
  void wait(std::int64_t more) noexcept { depth_.fetch_add(more, std::memory_order_relaxed); }
  [[nodiscard]] work_totals totals() const;

private:
  enum status : std::uint8_t { done, failed, poisoned, cancelled, expired, statuses };

  std::string queue_;
  std::atomic<std::int64_t> depth_{0};
  std::array<std::atomic<std::uint64_t>, statuses> by_status_{};
  std::array<std::atomic<std::uint64_t>, work_duration_bounds.size() + 1> by_duration_{}; ///< each alone
  std::atomic<std::uint64_t> microseconds_{0};
};

} // namespace troupe
