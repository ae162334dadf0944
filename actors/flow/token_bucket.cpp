#include "actors/flow/token_bucket.hpp"

#include <algorithm>

namespace troupe {

token_bucket::token_bucket(double per_second, double capacity, clock::time_point now) noexcept
  : per_second_(std::max(per_second, 1e-9)), capacity_(std::max(capacity, 1.0)), tokens_(capacity_), at_(now) {}

double token_bucket::available(clock::time_point now) const noexcept {
  auto passed = std::max(std::chrono::duration<double>(now - at_).count(), 0.0);
  return std::min(capacity_, tokens_ + passed * per_second_);
}

bool token_bucket::try_take(double n, clock::time_point now) noexcept {
  auto there = available(now);
  // The tolerance makes waiting exactly `wait_for` enough in spite of rounding.
  if (there + 1e-6 < n)
    return false;
  tokens_ = std::max(there - n, 0.0);
  at_ = std::max(at_, now);
  return true;
}

token_bucket::clock::duration token_bucket::wait_for(double n, clock::time_point now) const noexcept {
  auto missing = n - available(now);
  if (missing <= 0)
    return clock::duration::zero();
  if (n > capacity_)
    return clock::duration::max();
  auto seconds = std::min(missing / per_second_, 1e9); // three decades, far from overflow
  return std::chrono::ceil<clock::duration>(std::chrono::duration<double>(seconds));
}

void token_bucket::give_back(double n) noexcept { tokens_ = std::min(capacity_, tokens_ + n); }

} // namespace troupe
