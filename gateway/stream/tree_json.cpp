#include "gateway/stream/tree_json.hpp"

#include "protocols/json/event_json.hpp"

namespace troupe::gateway {

namespace {

void time_or_null(json_writer& out, const char* name, timestamp at) {
  out.key(name);
  if (at == timestamp{})
    out.null();
  else
    out.value(to_iso8601(at));
}

} // namespace

void encode_actor(json_writer& out, const actor_info& x, up_time up) {
  out.begin_object()
    .field("path", x.path)
    .field("node", x.node.value)
    .field("state", to_string(x.state))
    .field("supervisor", x.supervisor);
  time_or_null(out, "started_at", x.started_at);
  if (up == up_time::told) {
    auto running = x.started_at != timestamp{} && x.state == actor_state::running;
    auto seconds = std::chrono::duration<double>(std::chrono::system_clock::now() - x.started_at).count();
    out.field("uptime_s", running ? seconds : 0.0);
  }
  out.field("restarts", x.restarts).key("last_error");
  if (x.last_error.empty())
    out.null();
  else
    out.value(x.last_error);
  time_or_null(out, "last_error_at", x.last_error_at);
  out.field("messages", x.messages)
    .field("queue", x.queue)
    .field("busy", x.busy)
    .field("status", x.status)
    .end_object();
}

} // namespace troupe::gateway
