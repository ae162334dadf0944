#pragma once
/// The state of one supervisor; only `supervisor_actor.cpp` and `supervisor_state_actor.cpp` include this.

#include <deque>
#include <list>
#include <random>

#include <caf/response_promise.hpp>

#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/supervisor_actor.hpp"
#include "protocols/tree.hpp"

namespace troupe {

/// Supervisor → itself: the backoff of a child is over.
struct start_again {
  std::uint64_t serial;
};
/// Supervisor → itself: a child had its time to stop.
struct stop_overdue {
  std::uint64_t serial;
  std::uint64_t incarnation;
};

struct supervised {
  // -- what it is ---------------------------------------------------------------------------------------------------
  std::uint64_t serial = 0;
  child_spec spec;
  std::string path;
  figures_ptr figures = std::make_shared<actor_figures>();
  door_handle way;

  // -- the incarnation that runs now --------------------------------------------------------------------------------
  caf::actor current;
  std::uint64_t incarnation = 0;
  std::chrono::steady_clock::time_point started{};
  bool stop_asked = false;     // by us: its end is no failure
  bool start_after = false;    // and it is to be started again
  std::uint64_t waits_for = 0; // the failed sibling (serial) that it is to be started again behind

  // -- history ------------------------------------------------------------------------------------------------------
  actor_info info;
  restart_record record;
  busy_window busy;
  std::vector<caf::response_promise> waiting_for_start;
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

  // -- children, in start order -------------------------------------------------------------------------------------
  std::list<supervised> children;
  std::deque<child_spec> to_start; // static children whose turn has not come
  bool starting = true;            // some of them, or of their own children
  std::vector<caf::response_promise> waiting_for_started;
  std::uint64_t next_serial = 1;
  std::minstd_rand random{std::random_device{}()};

  // -- stopping -----------------------------------------------------------------------------------------------------
  bool stopping = false;
  caf::error stop_reason;
  std::vector<caf::response_promise> waiting_for_stop;
  timestamp started_at{};

  supervised* find(const std::string& child_name);
  supervised* find(std::uint64_t serial);

  void start_next();
  caf::result<caf::actor> add(child_spec spec);
  void remove(supervised& x);
  void start(supervised& x);
  void ask_to_stop(supervised& x, bool start_after);
  void ended(const caf::down_msg& down);
  void failed(supervised& x, const std::string& what);
  void take_along(const supervised& x);
  void schedule(const supervised& x, std::chrono::milliseconds delay);
  void start_group(supervised& x);
  void give_up(const std::string& what);
  void begin_stop(caf::error reason);
  void stop_next();

  actor_info describe();
  actor_info describe(supervised& x);
  caf::result<tree_snapshot> tree(const get_tree& msg);
  caf::result<actor_info> restart(const restart_child& msg);
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::start_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_overdue)
