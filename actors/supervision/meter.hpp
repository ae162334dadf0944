#pragma once
/// What the wrapper of every actor counts, seen from outside. Not for rooms: `child_context::spawn` does it all.

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>

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
  /// False when this thread has no place, or none yet: then `one_more_of_many`.
  bool one_more() noexcept {
    auto mine = place();
    if (mine == 0)
      return false;
    auto& x = places_[mine];
    x.store(x.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return true;
  }
  void one_more_of_many() noexcept;
  [[nodiscard]] std::uint64_t total() const noexcept {
    std::uint64_t sum = 0;
    for (auto& x : places_)
      sum += x.load(std::memory_order_relaxed);
    return sum;
  }

private:
  /// The place of this thread: 0 when it has none of its own, or none yet.
  static std::size_t& place() noexcept {
    static constinit thread_local std::size_t mine = 0;
    return mine;
  }

  alignas(64) std::array<std::atomic<std::uint64_t>, 8> places_{}; // a cache line of the senders' own
};

/// One incarnation. Senders count what arrives; what was taken the actor's own thread says once a turn, since counting
/// it by message costs as much as the rest together. Turns of a busy actor are timed by sample, since two looks at a
/// clock cost a tenth of a message.
class meter {
public:
  explicit meter(const measuring& what);
  meter(const meter&) = delete;
  meter& operator=(const meter&) = delete;

  /// Messages in the mailbox, and those but one of the turn that runs. Any thread.
  [[nodiscard]] std::uint64_t waiting() const noexcept;
  /// When the message that a detached actor works on was taken; 0 when it works on none or on short ones. Any thread.
  [[nodiscard]] std::uint64_t running_since() const noexcept;
  /// Ticks spent in turns, that of a detached actor which runs now included. Any thread.
  [[nodiscard]] std::uint64_t busy(std::uint64_t now) const noexcept;

  // -- for `measured`: any thread -----------------------------------------------------------------------------------
  /// False when it is still to be counted, by the slow way.
  bool message_arrived() noexcept { return arrived_.one_more(); }
  void message_arrived_late() noexcept { arrived_.one_more_of_many(); }

  // -- for `measured`: the thread that runs the actor ---------------------------------------------------------------
  /// A turn that is timed stands for `weight` turns and may have `most` messages.
  struct turn {
    std::uint64_t began;
    std::uint64_t weight;
    std::uint64_t most;
  };

  /// False when the turn is to be timed, or something is to be told before it: then `turn_begins`.
  bool quick_turn_begins() noexcept {
    if (untimed_ <= 1 || behind())
      return false;
    --untimed_;
    in_turn_.store(true, std::memory_order_relaxed);
    return true;
  }
  turn turn_begins() noexcept;
  /// `more`: the next turn follows at once.
  void turn_ends(const turn& x, bool more) noexcept;

  /// Whether what the last turn took was never said: its end found the actor running elsewhere already.
  [[nodiscard]] bool behind() const noexcept { return in_turn_.load(std::memory_order_relaxed); }
  /// A turn of `n` messages is over, none of which can have been dropped unseen.
  void took(std::uint64_t n) noexcept {
    in_turn_.store(false, std::memory_order_relaxed);
    sum_ += n;
    tell();
  }
  [[nodiscard]] std::uint64_t arrived() const noexcept { return arrived_.total(); }
  /// Of what had `arrived` all was taken but what is `left` now.
  void took_of(std::uint64_t arrived, std::uint64_t left) noexcept;

private:
  /// A count that others read never goes back.
  void tell() noexcept {
    if (before_ + sum_ > figures_->messages.load(std::memory_order_relaxed))
      figures_->messages.store(before_ + sum_, std::memory_order_relaxed);
  }
  turn detached_turn_begins() noexcept;
  void detached_turn_ends(const turn& x, bool more) noexcept;

  figures_ptr figures_;
  bool detached_;
  std::atomic<bool> in_turn_{false};    // or in none, and what the last one took was not said
  std::uint32_t untimed_ = 1;           // turns until the next that is timed, itself included; a detached one's all are
  std::uint32_t weight_ = 1;            // the turns that one stands for; the messages of a detached one
  std::uint64_t timed_ = 0;             // when the last timed one began
  std::uint64_t before_;                // messages of earlier incarnations
  std::uint64_t sum_ = 0;               // of this one, as far as is known
  std::uint64_t taken_ = 0;             // messages before this turn of a detached one
  std::atomic<std::uint64_t> since_{0}; // when a detached one's turn began; odd when it may be of several messages
  arrival_count arrived_;
};

} // namespace troupe
