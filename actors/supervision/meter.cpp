#include "actors/supervision/meter.hpp"

#include <algorithm>
#include <limits>

namespace troupe {

/// Ticks between what comes in quick succession: 20 to 30 us, where they are cycles.
constexpr std::uint64_t close = 1u << 16;

void arrival_count::one_more_of_many() noexcept {
  static std::atomic<std::size_t> next{1};
  const auto places = places_.size();
  if (next.load(std::memory_order_relaxed) < places) {
    if (auto mine = next.fetch_add(1, std::memory_order_relaxed); mine < places) {
      place() = mine;
      one_more();
      return;
    }
  }
  places_[0].fetch_add(1, std::memory_order_relaxed);
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
  : figures_(what.figures ? what.figures : std::make_shared<actor_figures>()), detached_(what.detached),
    before_(figures_->messages.load(std::memory_order_relaxed)) {}

std::uint64_t meter::waiting() const noexcept {
  auto taken = figures_->messages.load(std::memory_order_relaxed) - before_;
  auto arrived = arrived_.total(); // read last, so that it is not behind
  if (in_turn_.load(std::memory_order_relaxed))
    ++taken; // one is in its hands
  return arrived > taken ? arrived - taken : 0;
}

std::uint64_t meter::running_since() const noexcept {
  auto since = since_.load(std::memory_order_relaxed);
  return since % 2 == 0 ? since : 0;
}

std::uint64_t meter::busy(std::uint64_t now) const noexcept {
  auto since = since_.load(std::memory_order_relaxed);
  auto before = figures_->busy_ticks.load(std::memory_order_relaxed);
  return before + (since != 0 && now > since ? now - since : 0);
}

/// What came since `arrived` was read may be in the mailbox: then the sum is too small for now. One that was counted
/// and is on its way there still counts as taken too early: the next sum is right again.
void meter::took_of(std::uint64_t arrived, std::uint64_t left) noexcept {
  in_turn_.store(false, std::memory_order_relaxed);
  sum_ = std::max(arrived, left) - left;
  tell();
}

/// How many turns the next timed one stands for is chosen before any of them runs, so that the estimate has no bias:
/// one while turns are far between, 1 to 15 at random (the clock's low bits) while they come faster than about 30,000 a
/// second.
meter::turn meter::turn_begins() noexcept {
  if (detached_)
    return detached_turn_begins();
  in_turn_.store(true, std::memory_order_relaxed);
  if (--untimed_ != 0) // only what the last turn took was to be told
    return {0, 0, std::numeric_limits<std::uint64_t>::max()};
  turn now{ticks_now(), weight_, std::numeric_limits<std::uint64_t>::max()};
  auto gap = (now.began - timed_) / weight_;
  timed_ = now.began;
  weight_ = gap >= close ? 1 : 1 + static_cast<std::uint32_t>((now.began >> 4) % 15);
  untimed_ = weight_;
  return now;
}

/// Touches nothing that the next turn of one that is not detached writes: it may have begun on another thread already.
void meter::turn_ends(const turn& x, bool more) noexcept {
  if (detached_)
    return detached_turn_ends(x, more);
  if (x.weight != 0)
    figures_->busy_ticks.fetch_add((ticks_now() - x.began) * x.weight, std::memory_order_relaxed);
}

meter::turn meter::detached_turn_begins() noexcept {
  in_turn_.store(true, std::memory_order_relaxed);
  taken_ = figures_->messages.load(std::memory_order_relaxed);
  turn now{ticks_now(), 1, weight_};
  constexpr std::uint64_t several = 1;
  since_.store(now.most == 1 ? now.began & ~several : now.began | several, std::memory_order_relaxed);
  return now;
}

/// The next turn has as many messages as would fill `close` if they were like these, 64 at most, and one when the actor
/// slept before.
void meter::detached_turn_ends(const turn& x, bool more) noexcept {
  auto spent = ticks_now() - x.began;
  auto n = std::max<std::uint64_t>(figures_->messages.load(std::memory_order_relaxed) - taken_, 1);
  figures_->busy_ticks.fetch_add(spent, std::memory_order_relaxed);
  since_.store(0, std::memory_order_relaxed);
  auto most = more ? close * n / std::max<std::uint64_t>(spent, 1) : 1;
  weight_ = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(most, 1, 64));
}

} // namespace troupe
