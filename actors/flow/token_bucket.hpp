#pragma once
/// A rate with a burst: tokens flow in at a steady rate up to a capacity, work takes them out. Pure: time is given.

#include <chrono>

namespace troupe {

/// Not shared between threads. Time may stand still but does not run backwards (a steady clock).
class token_bucket {
public:
  using clock = std::chrono::steady_clock;

  /// Starts full. `per_second` and `capacity` above 0; a capacity below 1 counts as 1.
  token_bucket(double per_second, double capacity, clock::time_point now) noexcept;

  /// Takes `n` tokens if they are there. More than the capacity is never there.
  bool try_take(double n, clock::time_point now) noexcept;
  /// How long until `n` tokens are there; zero when they are, `duration::max()` when `n` is beyond the capacity.
  [[nodiscard]] clock::duration wait_for(double n, clock::time_point now) const noexcept;
  /// Puts back what was taken for nothing.
  void give_back(double n) noexcept;
  [[nodiscard]] double available(clock::time_point now) const noexcept;

private:
  double per_second_;
  double capacity_;
  double tokens_;
  clock::time_point at_;
};

} // namespace troupe
