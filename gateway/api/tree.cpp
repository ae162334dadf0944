// /api/v1/tree: the supervision tree, once or as it changes, and restarts by hand.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/api/services.hpp"
#include "gateway/log.hpp"
#include "gateway/stream/tree_feed.hpp"
#include "gateway/stream/tree_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

net::awaitable<response> tree(services_ptr s, request& r) {
  get_tree q{s->until()};
  auto found = co_await ask(*s->bridge, std::move(q));
  if (!found)
    co_return problem(found.error(), r);
  json_writer out;
  out.begin_object().key("actors").begin_array();
  for (const auto& x : found->actors)
    encode_actor(out, x, up_time::told);
  out.end_array().end_object();
  co_return json_response(out.str());
}

net::awaitable<response> stream(services_ptr s, request& r) {
  if (!is_upgrade(r))
    co_return upgrade_required(r, "Connect with a WebSocket client, or GET /api/v1/tree for the tree as it is now.");
  response done;
  done.socket = make_tree_frames(s->tree, r.executor);
  co_return done;
}

response actor_response(const actor_info& x, unsigned status) {
  json_writer out;
  encode_actor(out, x, up_time::told);
  auto done = json_response(out.str());
  done.status = status;
  return done;
}

bool is_gateway(std::string_view path) {
  auto slash = path.find('/');
  return slash != std::string_view::npos && path.substr(slash) == "/gateway";
}

net::awaitable<void> ask_restart(services_ptr s, restart_child q) {
  auto done = co_await ask(*s->bridge, std::move(q));
  if (!done && done.error().code != errc::unavailable) // as it is for who waits while the gateway goes
    log_line{log_level::warning, "the gateway was not restarted"}.with("error", done.error().message);
}

/// A gateway that stops waits for those it still answers: who asks for its restart is told of it as it was before.
net::awaitable<std::optional<response>> restart_gateway(services_ptr s, request& r, restart_child q) {
  auto found = co_await ask(*s->bridge, get_tree{s->until()});
  if (!found)
    co_return problem(found.error(), r);
  for (const auto& x : found->actors)
    if (x.path == q.path) {
      net::co_spawn(r.executor, ask_restart(s, std::move(q)), net::detached);
      co_return actor_response(x, 202);
    }
  co_return std::nullopt;
}

net::awaitable<response> restart(services_ptr s, request& r) {
  if (auto json = check_json(r); !json)
    co_return problem(json.error(), r);
  auto path = read_object<std::string>(
    r.body, [](field_reader& in, std::string& x) { in.only({"path"}).need("path").read("path", x, 1024); });
  if (!path)
    co_return problem(path.error(), r);
  restart_child q{std::move(*path), s->until()};
  if (is_gateway(q.path))
    if (auto done = co_await restart_gateway(s, r, q))
      co_return std::move(*done);
  auto info = co_await ask(*s->bridge, std::move(q));
  co_return info ? actor_response(*info, 200) : problem(info.error(), r);
}

} // namespace

void add_tree_routes(router& to, const services_ptr& s) {
  to.add(verb::get, "/api/v1/tree", [s](request& r, path_arguments) { return tree(s, r); });
  to.add(verb::get, "/api/v1/tree/stream", [s](request& r, path_arguments) { return stream(s, r); });
  to.add(
    verb::post, "/api/v1/tree/restart", [s](request& r, path_arguments) { return restart(s, r); },
    s->options.limits.json_bytes);
}

} // namespace troupe::gateway
