#pragma once
/// What a supervisor decides, without actors: children, their states, events in, actions out. The actor carries the
/// actions out in order and reports what became of them as further events. Times come from outside.

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <vector>

#include "actors/supervision/restart_policy.hpp"

namespace troupe {

struct supervised_kind {
  bool back_after_failure = true; ///< permanent, transient
  bool back_after_end = true;     ///< permanent
  bool detached = false;          ///< a thread of its own: it can't be killed
  std::chrono::milliseconds stop_within{2000};
  std::chrono::milliseconds ready_within{0}; ///< it says when it is ready; 0: it is as soon as it was started
};

enum class life : std::uint8_t { waiting, starting, running, backing_off, stopping, stopped, failed };

/// What the actor shall wake the machine for. Out of date ones do nothing.
struct supervision_timer {
  enum class what : std::uint8_t { start_again, ready_by, stop_by, all_stopped_by };
  what kind = what::start_again;
  std::uint64_t serial = 0;
  std::uint64_t round = 0;
};

struct supervision_action {
  enum class what : std::uint8_t {
    start,        ///< answer with `started` or `start_failed`
    stop,         ///< answer, some time, with `down`
    kill,         ///< the stop came too late
    exit_process, ///< and it can't be killed
    schedule,     ///< `timer` after `delay`
    report_failure,
    report_late, ///< not ready, or not stopped, in time
    forget,      ///< it is gone for good
    all_started, ///< of the children given to `begin`; once
    give_up,     ///< `serial` failed too often; everything is being stopped
    all_stopped, ///< the supervisor may end
  };
  what kind = what::start;
  std::uint64_t serial = 0;
  std::chrono::milliseconds delay{0};
  supervision_timer timer;
};

using supervision_actions = std::vector<supervision_action>;

class supervision_machine {
public:
  using time_point = restart_record::time_point;

  /// `random` gives numbers in [0, 1).
  supervision_machine(restart_strategy strategy, restart_intensity intensity, std::function<double()> random);

  // -- children -----------------------------------------------------------------------------------------------------
  /// One that is started in its turn, after those before it are ready.
  void plan(std::uint64_t serial, const supervised_kind& kind);
  [[nodiscard]] supervision_actions begin();
  /// One that is started at once.
  [[nodiscard]] supervision_actions add(std::uint64_t serial, const supervised_kind& kind);
  [[nodiscard]] supervision_actions remove(std::uint64_t serial);
  /// An operator's wish: at once, also while it backs off, with the siblings that wait for it. False: it is being
  /// removed, or everything is being stopped.
  [[nodiscard]] bool may_restart(std::uint64_t serial) const;
  [[nodiscard]] supervision_actions restart(std::uint64_t serial);

  // -- what became of actions ---------------------------------------------------------------------------------------
  [[nodiscard]] supervision_actions started(std::uint64_t serial, time_point now);
  [[nodiscard]] supervision_actions start_failed(std::uint64_t serial, time_point now);
  [[nodiscard]] supervision_actions ready(std::uint64_t serial);
  [[nodiscard]] supervision_actions down(std::uint64_t serial, bool normal, time_point now);
  [[nodiscard]] supervision_actions woken(const supervision_timer& timer);
  [[nodiscard]] supervision_actions stop_all();

  // -- how it stands ------------------------------------------------------------------------------------------------
  [[nodiscard]] bool knows(std::uint64_t serial) const { return find(serial) != nullptr; }
  [[nodiscard]] life state(std::uint64_t serial) const;
  [[nodiscard]] std::uint64_t restarts(std::uint64_t serial) const;
  [[nodiscard]] bool stopping() const noexcept { return stopping_; }
  [[nodiscard]] bool has_started() const noexcept { return started_; }

private:
  enum class then : std::uint8_t { forget, start, wait, fail };
  struct child {
    std::uint64_t serial = 0;
    supervised_kind kind;
    life state = life::waiting;
    then after = then::start;    // once it has stopped
    std::uint64_t waits_for = 0; // the failed sibling it is started again behind
    std::uint64_t round = 0;     // makes older timers void
    std::uint64_t starts = 0;
    bool due = false; // its backoff is over, siblings are still stopping
    time_point started{};
    restart_record record;
  };

  [[nodiscard]] const child* find(std::uint64_t serial) const;
  child* find(std::uint64_t serial);
  supervision_actions result();
  void emit(supervision_action::what kind, const child& x);
  void schedule(supervision_timer::what kind, const child& x, std::chrono::milliseconds delay);
  void start(child& x);
  void stop(child& x, then after);
  void fail(child& x, time_point now);
  void ended(child& x, bool normal, time_point now);
  void stopped(child& x, time_point now);
  void take_along(const child& x);
  void follow(child& y, std::uint64_t leader);
  void release_group(child& leader);
  void forget(child& x);
  void settle();
  void begin_stop();
  void stop_next();

  restart_strategy strategy_;
  restart_intensity intensity_;
  std::function<double()> random_;
  std::list<child> children_; // in start order
  std::uint64_t turn_ = 0;    // the child whose readiness the next one waits for
  bool begun_ = false, started_ = false, stopping_ = false, all_stopped_ = false;
  supervision_actions out_;
};

} // namespace troupe
