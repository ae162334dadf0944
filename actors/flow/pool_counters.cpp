#include "actors/flow/pool_counters.hpp"

#include <algorithm>

namespace troupe {

void pool_counters::ended(errc how, std::chrono::steady_clock::duration took) noexcept {
  auto as = [&] {
    switch (how) {
    case errc::none:
      return done;
    case errc::poisoned:
      return poisoned;
    case errc::cancelled:
      return cancelled;
    case errc::deadline_exceeded:
      return expired;
    default:
      return failed;
    }
  };
  auto seconds = std::max(std::chrono::duration<double>(took).count(), 0.0);
  auto bucket = std::lower_bound(work_duration_bounds.begin(), work_duration_bounds.end(), seconds);
  by_status_[as()].fetch_add(1, std::memory_order_relaxed);
  by_duration_[static_cast<std::size_t>(bucket - work_duration_bounds.begin())].fetch_add(1, std::memory_order_relaxed);
  microseconds_.fetch_add(static_cast<std::uint64_t>(seconds * 1e6), std::memory_order_relaxed);
}

work_totals pool_counters::totals() const {
  work_totals x;
  x.queue = queue_;
  x.depth = static_cast<std::uint64_t>(std::max<std::int64_t>(depth_.load(std::memory_order_relaxed), 0));
  for (std::size_t i = 0; i < statuses; ++i) {
    constexpr std::array<const char*, statuses> names{"done", "failed", "poisoned", "cancelled", "expired"};
    x.ended.emplace_back(names[i], by_status_[i].load(std::memory_order_relaxed));
  }
  std::uint64_t sum = 0;
  for (const auto& n : by_duration_)
    x.durations.push_back(sum += n.load(std::memory_order_relaxed));
  x.seconds = static_cast<double>(microseconds_.load(std::memory_order_relaxed)) / 1e6;
  return x;
}

} // namespace troupe
