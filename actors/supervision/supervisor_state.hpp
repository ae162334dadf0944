#pragma once
/// The state of one supervisor; only `supervisor_actor.cpp` and `supervisor_state_actor.cpp` include this.

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include <caf/response_promise.hpp>

#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/supervision_machine.hpp"
#include "actors/supervision/supervisor_actor.hpp"
#include "protocols/tree.hpp"

namespace troupe {

struct supervised {
  // -- what it is ---------------------------------------------------------------------------------------------------
  std::uint64_t serial = 0;
  child_spec spec;
  std::string path;
  figures_ptr figures = std::make_shared<actor_figures>();
  door_handle way;
  bool announced = false; // its door, to `on_door`

  // -- the incarnation that runs now --------------------------------------------------------------------------------
  caf::actor current;
  std::uint64_t incarnation = 0;
  std::optional<std::chrono::steady_clock::time_point> pinged; // and it has not answered yet

  // -- history ------------------------------------------------------------------------------------------------------
  actor_info info;
  busy_window busy;
  std::vector<caf::response_promise> waiting_for_start;
};

/// Supervisor → itself: time to look after the children with threads of their own.
struct ping_time {};

/// Supervisor → itself: whoever wants the child of this serial back has waited for long enough.
struct back_late {
  std::uint64_t serial;
};

struct supervisor_state {
  // -- identity -----------------------------------------------------------------------------------------------------
  static inline const char* name = "supervisor";
  caf::event_based_actor* self = nullptr;
  std::string path;
  supervisor_options options;
  figures_ptr figures;
  busy_window busy;
  door_listener on_door;

  // -- decisions ----------------------------------------------------------------------------------------------------
  std::unique_ptr<supervision_machine> machine;
  std::deque<supervision_action> open; // not carried out yet
  bool carrying_out = false;
  bool pinging = false;
  std::minstd_rand random{std::random_device{}()};

  // -- children, in start order -------------------------------------------------------------------------------------
  std::list<supervised> children;
  std::set<std::uint64_t> restarting; // those with somebody who waits for their start
  /// Stopped for a restart that is their owner's to finish (`child_spec::added_again`).
  struct coming_back {
    std::string name;
    std::uint64_t serial; // of the one that was stopped
    actor_info info;
    caf::response_promise promise;
  };
  std::list<coming_back> absent;
  std::vector<caf::response_promise> waiting_for_started;
  std::uint64_t next_serial = 1;

  // -- stopping -----------------------------------------------------------------------------------------------------
  caf::error stop_reason;
  std::vector<caf::response_promise> waiting_for_stop;
  timestamp started_at{};

  supervised* find(const std::string& child_name);
  supervised* find(std::uint64_t serial);

  // -- events -------------------------------------------------------------------------------------------------------
  void begin(std::vector<child_spec> specs);
  caf::result<caf::actor> add(child_spec spec);
  void ended(const caf::down_msg& down);
  void ready(const caf::strong_actor_ptr& child);
  void woken(const supervision_timer& timer);
  void begin_stop(caf::error reason);

  // -- actions ------------------------------------------------------------------------------------------------------
  void ping_detached();
  supervised& take_in(child_spec spec);
  void carry_out(const supervision_actions& actions);
  void perform(const supervision_action& x);
  void start(supervised& x);
  void forget(supervised& x);
  void all_stopped();
  void answer_restarts();
  void answer_absent();
  void late(const back_late& x);
  caf::result<actor_info> stop_for_owner(supervised& x, const restart_child& msg);
  void report(supervised& x, bool gave_up);
  void end_process(const supervised& x);

  actor_info describe();
  actor_info describe(supervised& x);
  caf::result<tree_snapshot> tree(const get_tree& msg);
  caf::result<actor_info> restart(const restart_child& msg);
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::supervision_timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ping_time)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::back_late)
