#include "actors/supervision/restart_policy.hpp"

#include <algorithm>

namespace troupe {

std::optional<std::chrono::milliseconds> restart_record::failed(const restart_intensity& limits, time_point started,
                                                                time_point now, double random) {
  while (!recent_.empty() && now - recent_.front() > limits.window)
    recent_.pop_front();
  recent_.push_back(now);
  if (recent_.size() > limits.max_restarts)
    return std::nullopt;
  if (now - started >= limits.quiet)
    in_a_row_ = 0;
  auto round = in_a_row_++;
  if (round == 0)
    return std::chrono::milliseconds{0};
  auto grown = static_cast<double>(limits.first.count()) * static_cast<double>(1ull << std::min(round - 1, 30u));
  auto whole = std::min(grown, static_cast<double>(limits.longest.count()));
  return std::chrono::milliseconds{static_cast<std::int64_t>(whole * (0.5 + random / 2))};
}

} // namespace troupe
