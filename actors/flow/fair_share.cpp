#include "actors/flow/fair_share.hpp"

#include <algorithm>

namespace troupe {

std::optional<std::size_t> fair_share::next(const heads& waiting, clock::time_point now) {
  std::optional<std::size_t> best;
  std::optional<std::size_t> oldest;
  for (std::size_t i = 0; i < priority_classes; ++i) {
    if (waiting[i] && !had_[i])
      pass_[i] = std::max(pass_[i], now_);
    had_[i] = waiting[i].has_value();
    if (!waiting[i])
      continue;
    if (!best || pass_[i] < pass_[*best])
      best = i;
    if (!oldest || *waiting[i] < *waiting[*oldest])
      oldest = i;
  }
  free_ = oldest && turns_ + 1 >= aged_turn_ && now - *waiting[*oldest] >= aged_after_;
  return free_ ? oldest : best;
}

void fair_share::taken(std::size_t chosen) noexcept {
  turns_ = turns_ + 1 >= aged_turn_ ? 0 : turns_ + 1;
  if (free_)
    return;
  now_ = std::max(now_, pass_[chosen]);
  pass_[chosen] += strides_[chosen];
}

} // namespace troupe
