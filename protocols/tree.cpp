#include "protocols/tree.hpp"

namespace troupe {

const char* to_string(actor_state x) noexcept {
  switch (x) {
  case actor_state::starting:
    return "starting";
  case actor_state::running:
    return "running";
  case actor_state::backing_off:
    return "backing off";
  case actor_state::draining:
    return "draining";
  case actor_state::stopped:
    return "stopped";
  case actor_state::failed:
    return "failed";
  }
  return "unknown";
}

} // namespace troupe
