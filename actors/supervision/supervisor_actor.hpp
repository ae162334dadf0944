#pragma once
/// A supervisor: starts its children in order, starts them again when they fail, gives up beyond its restart intensity,
/// stops them in reverse order, and tells how they are (DESIGN section 3).
///
/// Messages it takes: `add_child` → its door, `find_child` → its door, `remove_child`, `get_tree` → `tree_snapshot`,
/// `restart_child` → `actor_info`, `stop_tree` → `true` once everything below has ended.

#include <vector>

#include "actors/supervision/child.hpp"
#include "actors/supervision/restart_policy.hpp"
#include "protocols/ids.hpp"

namespace troupe {

struct supervisor_options {
  node_id node;
  restart_strategy strategy = restart_strategy::one_for_one;
  restart_intensity intensity;
  std::size_t max_children = 10000;
  /// Called, on the supervisor's thread, with the path and sentence of each failure. For logs and metrics.
  std::function<void(const std::string& path, const std::string& what, bool gave_up)> on_failure;
  /// Called when the actor at `path` does not stop and can't be killed: a thread of its own, or one that blocks a
  /// worker. By default a line on stderr and `_Exit(70)`: what is durable stays so, and the orchestrator starts the
  /// process again.
  std::function<void(const std::string& path)> end_process;
};

/// Called once for each static child when it was first started, in order: how the composition root learns the doors.
using door_listener = std::function<void(const std::string& name, const caf::actor& address)>;

/// A sub-tree as a child of another supervisor. `on_door` as above; it runs again when the supervisor itself restarts,
/// with new doors, so only the node's static wiring may rely on it under a supervisor that is never restarted alone.
child_spec supervisor_child(std::string name, supervisor_options options, std::vector<child_spec> children,
                            door_listener on_door = {});

/// The root of a tree. Ends abnormally when it gives up.
caf::actor spawn_root_supervisor(caf::actor_system& system, std::string path, supervisor_options options,
                                 std::vector<child_spec> children, door_listener on_door = {});

} // namespace troupe
