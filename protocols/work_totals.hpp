#pragma once
/// What became of the work of one queue since this node started: the source of the `worker_…` metrics.

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// Upper bounds in seconds of `worker_job_duration_seconds` (DESIGN section 12).
inline constexpr std::array<double, 9> work_duration_bounds{.1, .5, 1, 5, 10, 30, 60, 120, 300};

struct work_totals {
  std::string queue;                                          ///< as `work_queue` says, and `fetch`
  std::uint64_t depth = 0;                                    ///< waiting now
  std::vector<std::pair<std::string, std::uint64_t>> ended{}; ///< by status
  std::vector<std::uint64_t> durations{};                     ///< for each bound those at most so long; all at the end
  double seconds = 0;                                         ///< spent on all of them
};

} // namespace troupe
