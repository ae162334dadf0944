#pragma once
/// What the wrapper of every actor counts, seen from outside. Not for rooms: `child_context::spawn` does it all.

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "actors/supervision/fault_plan.hpp"
#include "actors/supervision/figures.hpp"
#include "actors/supervision/tick_clock.hpp"

namespace troupe {

/// The sentence of an exception.
std::string what_of(const std::exception_ptr& thrown);

/// Whose figures, and how it runs.
struct measuring {
  figures_ptr figures;
  std::string path; ///< where faults find it
  bool detached = false;
};

/// Counts what many threads add, without the price of an atomic addition: each of the first threads of the process has
/// a place of its own, the rest share one.
class arrival_count {
public:
  void one_more() noexcept {
    auto mine = place();
    if (mine + 1 < places_.size()) {
      auto& x = places_[mine];
      x.store(x.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    } else {
      places_.back().fetch_add(1, std::memory_order_relaxed);
    }
  }
  [[nodiscard]] std::uint64_t total() const noexcept {
    std::uint64_t sum = 0;
    for (auto& x : places_)
      sum += x.load(std::memory_order_relaxed);
    return sum;
  }

private:
  static std::size_t place() noexcept {
    static constinit thread_local std::size_t mine = unassigned;
    return mine != unassigned ? mine : assign(mine);
  }
  static std::size_t assign(std::size_t& mine) noexcept;
  static constexpr std::size_t unassigned = static_cast<std::size_t>(-1);

  alignas(64) std::array<std::atomic<std::uint64_t>, 8> places_{}; // a cache line of the senders' own
};

/// One incarnation. Senders count what arrives, the actor's own thread what it takes: plain stores where only one
/// thread can write. Turns of a busy actor are timed by sample, since two looks at a clock cost a tenth of a message.
class meter {
public:
  explicit meter(const measuring& what);
  meter(const meter&) = delete;
  meter& operator=(const meter&) = delete;

  /// Messages in the mailbox. Any thread.
  [[nodiscard]] std::uint64_t waiting() const noexcept;
  /// When the message that a detached actor works on was taken; 0 when it works on none or was not timed. Any thread.
  [[nodiscard]] std::uint64_t running_since() const noexcept { return since_.load(std::memory_order_relaxed); }
  /// Ticks spent in turns, the one that runs now included where it is known. Any thread.
  [[nodiscard]] std::uint64_t busy(std::uint64_t now) const noexcept;

  // -- for `measured` -------------------------------------------------------------------------------------------------
  /// A turn that is timed stands for `weight` turns; 0 when this one is not.
  struct turn {
    std::uint64_t began = 0;
    std::uint64_t weight = 0;
  };

  void message_arrived() noexcept { arrived_.one_more(); }
  void message_taken() noexcept { count(1); }
  void message_put_back() noexcept { count(static_cast<std::uint64_t>(-1)); }

  turn turn_begins() noexcept {
    if (--untimed_ != 0)
      return {};
    return timed_turn_begins();
  }
  /// Touches nothing that the next turn writes: it may have begun on another thread already.
  void turn_ends(const turn& x) noexcept {
    if (x.weight != 0)
      figures_->busy_ticks.fetch_add((ticks_now() - x.began) * x.weight, std::memory_order_relaxed);
  }
  void runs_since(std::uint64_t tick) noexcept { since_.store(tick, std::memory_order_relaxed); }

  [[nodiscard]] bool detached() const noexcept { return detached_; }
  /// Detached or with a fault point: one test for what most messages don't need.
  [[nodiscard]] bool special() const noexcept { return special_; }
  [[nodiscard]] fault_point* fault() const noexcept { return fault_.get(); }

private:
  turn timed_turn_begins() noexcept;
  void count(std::uint64_t n) noexcept {
    figures_->messages.store(figures_->messages.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  figures_ptr figures_;
  std::unique_ptr<fault_point> fault_;
  bool detached_;
  bool special_;
  std::uint32_t untimed_ = 1; // turns until the next that is timed, itself included
  std::uint32_t weight_ = 1;  // the turns that one stands for
  std::uint64_t timed_ = 0;   // when the last timed one began
  std::uint64_t before_;      // messages of earlier incarnations
  std::atomic<std::uint64_t> since_{0};
  arrival_count arrived_;
};

} // namespace troupe
