#include "actors/supervision/figures.hpp"

#include "actors/supervision/tick_clock.hpp"

namespace troupe {

double busy_window::share(std::uint64_t now, std::uint64_t busy) {
  if (from_ != 0 && (now < from_ || duration_of_ticks(now - from_) < std::chrono::milliseconds{500}))
    return share_;
  if (from_ != 0 && now > from_)
    share_ =
      std::clamp(static_cast<double>(busy - std::min(busy, busy_from_)) / static_cast<double>(now - from_), 0.0, 1.0);
  from_ = now;
  busy_from_ = busy;
  return share_;
}

} // namespace troupe
