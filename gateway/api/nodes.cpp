// /api/v1/nodes: the nodes there are, and taking one down gracefully.
#include <algorithm>

#include "gateway/api/services.hpp"
#include "gateway/log.hpp"
#include "protocols/json/event_json.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

bool is_session(const actor_info& x) { return x.path.find("/research/session/") != std::string::npos; }

/// This node, the only one there is; `null` sessions when the tree did not answer.
net::awaitable<std::string> this_node(services_ptr s) {
  get_tree q{s->until()};
  auto tree = co_await ask(*s->bridge, std::move(q));
  json_writer out;
  out.begin_object()
    .field("id", s->options.instance)
    .field("state", s->draining() ? "draining" : "running")
    .key("roles")
    .begin_array();
  for (const auto& role : s->options.roles)
    out.value(role);
  out.end_array()
    .field("version", TROUPE_VERSION)
    .field("started_at", to_iso8601(s->options.started_at))
    .key("sessions");
  if (tree)
    out.value(static_cast<std::uint64_t>(std::count_if(tree->actors.begin(), tree->actors.end(), is_session)));
  else
    out.null();
  out.field("address", s->address)
    .field("drain_deadline_s", static_cast<std::int64_t>(s->options.drain_deadline.count()))
    .end_object();
  co_return out.str();
}

net::awaitable<response> list(services_ptr s) {
  auto node = co_await this_node(s);
  json_writer out;
  out.begin_object().key("items").begin_array().raw(node).end_array().key("next").null().end_object();
  co_return json_response(out.str());
}

net::awaitable<response> drain(services_ptr s, request& r, path_arguments args) {
  if (args[0] != s->options.instance)
    co_return problem({errc::not_found, "there is no node of this name", "GET /api/v1/nodes lists the ones there are."},
                      r);
  if (!s->options.may_drain)
    co_return problem({errc::conflict, "this node belongs to a command that runs, and ends with it",
                       "End the command with Ctrl-C, or wait for it."},
                      r);
  if (!s->options.going_down->begun())
    log_line{log_level::info, "asked to drain"}.with("request_id", r.id);
  s->options.going_down->begin();
  auto node = co_await this_node(s);
  co_return json_response(std::move(node), 202);
}

} // namespace

void add_node_routes(router& to, const services_ptr& s) {
  to.add(verb::get, "/api/v1/nodes", [s](request&, path_arguments) { return list(s); });
  to.add(verb::post, "/api/v1/nodes/{id}/drain",
         [s](request& r, path_arguments args) { return drain(s, r, std::move(args)); });
}

} // namespace troupe::gateway
