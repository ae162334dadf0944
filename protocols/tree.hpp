#pragma once
/// The supervision tree as seen from outside.

#include <cstdint>
#include <string>
#include <vector>

#include "protocols/ids.hpp"
#include "protocols/time.hpp"

namespace troupe {

enum class actor_state : std::uint8_t { starting, running, backing_off, draining, stopped, failed };
const char* to_string(actor_state x) noexcept;

/// One actor of the tree. `path` is `node/scrape/host/example.org`; children follow by path.
struct actor_info {
  std::string path;
  node_id node;
  actor_state state = actor_state::starting;
  bool supervisor = false;
  timestamp started_at{};
  std::uint64_t restarts = 0;
  std::string last_error;
  timestamp last_error_at{};
  std::uint64_t messages = 0;
  std::uint64_t queue = 0;
  double busy = 0;    ///< share of time spent in handlers since the last snapshot, 0..1
  std::string status; ///< one line of its own
  bool operator==(const actor_info&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, actor_info& x) {
    return f(caf::meta::type_name("actor_info"), x.path, x.node, x.state, x.supervisor, x.started_at, x.restarts,
             x.last_error, x.last_error_at, x.messages, x.queue, x.busy, x.status);
  }
};

/// Anybody → a supervisor: itself and everything below, parents before children.
struct get_tree {
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, get_tree& x) {
    return f(caf::meta::type_name("get_tree"), x.until);
  }
};

struct tree_snapshot {
  std::vector<actor_info> actors;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, tree_snapshot& x) {
    return f(caf::meta::type_name("tree_snapshot"), x.actors);
  }
};

/// Operator → node: restart the child at `path`. Answer: its info after it; `not_found`.
struct restart_child {
  std::string path;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, restart_child& x) {
    return f(caf::meta::type_name("restart_child"), x.path, x.until);
  }
};

/// Parent → supervisor: stop children in reverse order, each within its deadline, then itself.
struct stop_tree {
  std::string reason;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, stop_tree& x) {
    return f(caf::meta::type_name("stop_tree"), x.reason, x.until);
  }
};

} // namespace troupe
