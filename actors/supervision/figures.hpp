#pragma once
/// What an actor tells about itself while it runs: counters any thread may read.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace troupe {

class meter;

/// Shared by an actor and its supervisor; outlives restarts of the actor. `measured` counts messages and time for every
/// actor; the actor itself sets `status` and, when it has a queue of its own beside its mailbox, `queue`.
class actor_figures {
public:
  std::atomic<std::uint64_t> messages{0}; ///< taken from the mailbox; written by `measured` alone
  std::atomic<std::uint64_t> busy_ticks{
    0};                                ///< in turns that have ended (`tick_clock.hpp`); written by `measured` alone
  std::atomic<std::uint64_t> queue{0}; ///< what waits in the actor's own queue; the mailbox is counted elsewhere

  /// One line about what it is doing. Any thread; at most 200 bytes are kept.
  void status(std::string line) {
    line.resize(std::min<std::size_t>(line.size(), 200));
    std::lock_guard guard{mutex_};
    status_ = std::move(line);
  }
  [[nodiscard]] std::string status() const {
    std::lock_guard guard{mutex_};
    return status_;
  }

  /// Said by `measured` when an incarnation is made: where it is measured.
  void measured_by(const meter* x, std::uint64_t actor) noexcept {
    meter_.store(x, std::memory_order_relaxed);
    measured_.store(actor, std::memory_order_release);
  }
  /// The meter of the actor with this id; null when that is not the last one made. For whoever holds that actor, as the
  /// meter ends with it.
  [[nodiscard]] const meter* meter_of(std::uint64_t actor) const noexcept {
    return measured_.load(std::memory_order_acquire) == actor ? meter_.load(std::memory_order_relaxed) : nullptr;
  }

private:
  std::atomic<const meter*> meter_{nullptr};
  std::atomic<std::uint64_t> measured_{0}; ///< CAF's ids begin with 1
  mutable std::mutex mutex_;
  std::string status_;
};

/// A count in a status line: "0 hosts", "1 host", "2 hosts".
inline std::string how_many(std::uint64_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string{one} + (n == 1 ? "" : "s");
}

using figures_ptr = std::shared_ptr<actor_figures>;

/// The share of time an actor was busy, the same for everybody who asks: over windows of at least half a second.
class busy_window {
public:
  /// `now` and `busy` in ticks, both ever growing. 0 before the first window is over.
  double share(std::uint64_t now, std::uint64_t busy);

private:
  std::uint64_t from_ = 0, busy_from_ = 0;
  double share_ = 0;
};

} // namespace troupe
