#include "actors/supervision/meter.hpp"

namespace troupe {

std::size_t arrival_count::assign(std::size_t& mine) noexcept {
  static std::atomic<std::size_t> next{0};
  return mine = next.fetch_add(1, std::memory_order_relaxed);
}

std::string what_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& x) {
    return x.what();
  } catch (...) {
    return "something was thrown that is no std::exception";
  }
}

meter::meter(const measuring& what)
  : figures_(what.figures ? what.figures : std::make_shared<actor_figures>()), fault_(fault_point_for(what.path)),
    detached_(what.detached), special_(what.detached || fault_ != nullptr),
    before_(figures_->messages.load(std::memory_order_relaxed)) {}

std::uint64_t meter::waiting() const noexcept {
  auto taken = figures_->messages.load(std::memory_order_relaxed) - before_;
  auto arrived = arrived_.total(); // read last, so that it is not behind
  return arrived > taken ? arrived - taken : 0;
}

std::uint64_t meter::busy(std::uint64_t now) const noexcept {
  auto since = running_since();
  auto before = figures_->busy_ticks.load(std::memory_order_relaxed);
  return before + (since != 0 && now > since ? now - since : 0);
}

/// How many turns the next timed one stands for is chosen before any of them runs, so that the estimate has no bias:
/// one while turns are far between, 1 to 15 at random (the clock's low bits) while they come faster than about 30,000 a
/// second.
meter::turn meter::timed_turn_begins() noexcept {
  constexpr std::uint64_t close = 1u << 16; // ticks; 20 to 30 us where they are cycles
  turn now{ticks_now(), weight_};
  auto gap = (now.began - timed_) / weight_;
  timed_ = now.began;
  weight_ = gap >= close ? 1 : 1 + static_cast<std::uint32_t>((now.began >> 4) % 15);
  untimed_ = weight_;
  return now;
}

} // namespace troupe
