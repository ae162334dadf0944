// /api/v1/tree: the supervision tree, and restarts by hand.
#include "gateway/api/services.hpp"
#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

void encode_actor(json_writer& out, const actor_info& x) {
  out.begin_object()
    .field("path", x.path)
    .field("node", x.node.value)
    .field("state", to_string(x.state))
    .field("supervisor", x.supervisor)
    .key("started_at");
  bool started = x.started_at != timestamp{};
  if (started)
    out.value(to_iso8601(x.started_at));
  else
    out.null();
  auto up = std::chrono::duration<double>(std::chrono::system_clock::now() - x.started_at).count();
  out.field("uptime_s", started && x.state == actor_state::running ? up : 0.0).field("restarts", x.restarts);
  out.key("last_error");
  if (x.last_error.empty())
    out.null();
  else
    out.value(x.last_error);
  out.key("last_error_at");
  if (x.last_error_at == timestamp{})
    out.null();
  else
    out.value(to_iso8601(x.last_error_at));
  out.field("messages", x.messages)
    .field("queue", x.queue)
    .field("busy", x.busy)
    .field("status", x.status)
    .end_object();
}

net::awaitable<response> tree(services_ptr s, request& r) {
  get_tree q{s->until()};
  auto found = co_await ask(*s->bridge, std::move(q));
  if (!found)
    co_return problem(found.error(), r);
  json_writer out;
  out.begin_object().key("actors").begin_array();
  for (const auto& x : found->actors)
    encode_actor(out, x);
  out.end_array().end_object();
  co_return json_response(out.str());
}

net::awaitable<response> restart(services_ptr s, request& r) {
  if (auto json = check_json(r); !json)
    co_return problem(json.error(), r);
  auto path = read_object<std::string>(
    r.body, [](field_reader& in, std::string& x) { in.only({"path"}).need("path").read("path", x, 1024); });
  if (!path)
    co_return problem(path.error(), r);
  restart_child q{std::move(*path), s->until()};
  auto info = co_await ask(*s->bridge, std::move(q));
  if (!info)
    co_return problem(info.error(), r);
  json_writer out;
  encode_actor(out, *info);
  co_return json_response(out.str());
}

} // namespace

void add_tree_routes(router& to, const services_ptr& s) {
  to.add(verb::get, "/api/v1/tree", [s](request& r, path_arguments) { return tree(s, r); });
  to.add(
    verb::post, "/api/v1/tree/restart", [s](request& r, path_arguments) { return restart(s, r); },
    s->options.limits.json_bytes);
}

} // namespace troupe::gateway
