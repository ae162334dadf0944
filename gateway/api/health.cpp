// /health/live, /health/ready, /health, /ready and /metrics.
#include <algorithm>

#include "gateway/api/services.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

constexpr std::chrono::milliseconds patience{2000};

struct check {
  const char* name;
  bool healthy = true;
  std::string error;
};

void finish(json_writer& out, const services& s) {
  auto up = std::chrono::duration<double>(std::chrono::steady_clock::now() - s.options.started).count();
  out.field("uptime", up).field("version", TROUPE_VERSION).end_object();
}

/// The process answers: nothing else is asked.
response live(const services& s) {
  json_writer out;
  out.begin_object().field("status", "healthy").key("checks").begin_object().end_object();
  finish(out, s);
  return json_response(out.str());
}

/// It is read, and nothing was refused by its medium since a write last succeeded.
check check_database(const services& s, const expected<store_figures>& read) {
  if (!read)
    return {"database", false, read.error().message};
  auto trouble = s.options.store_trouble ? s.options.store_trouble() : std::nullopt;
  return trouble ? check{"database", false, "can't be written: " + trouble->message} : check{"database", true, {}};
}

/// A part of the store that does not run takes the database with it.
void check_store(check& database, const tree_snapshot& tree) {
  for (const auto& actor : tree.actors)
    if (database.healthy && actor.path.find("/store") != std::string::npos && actor.state != actor_state::running)
      database = {"database", false, actor.path + " is " + to_string(actor.state)};
}

check check_workers(const tree_snapshot& tree) {
  check x{"workers", true, {}};
  for (const auto& actor : tree.actors)
    if (actor.state == actor_state::failed || actor.state == actor_state::backing_off) {
      x.healthy = false;
      x.error = actor.path + " is " + to_string(actor.state)
                + (actor.last_error.empty() ? "" : ": " + actor.last_error.substr(0, 300));
    }
  return x;
}

/// unhealthy: no work can be accepted (the store is away, or this node stops). degraded: work goes on with less.
response encode_checks(const services& s, const std::vector<check>& checks) {
  bool database = checks[0].healthy && !s.draining();
  bool all = std::all_of(checks.begin(), checks.end(), [](const check& c) { return c.healthy; });
  json_writer out;
  out.begin_object()
    .field("status", !database ? "unhealthy"
                     : all     ? "healthy"
                               : "degraded")
    .key("checks")
    .begin_object();
  for (const auto& c : checks) {
    out.key(c.name).begin_object().field("healthy", c.healthy);
    if (!c.error.empty())
      out.field("error", c.error);
    out.end_object();
  }
  if (s.draining())
    out.key("draining").begin_object().field("healthy", false).field("error", "this node is stopping").end_object();
  out.end_object();
  finish(out, s);
  return json_response(out.str(), database ? 200 : 503);
}

net::awaitable<response> ready(services_ptr s) {
  std::vector<check> checks;
  get_store_figures figures{deadline::in(patience)};
  auto store = co_await ask(*s->bridge, std::move(figures));
  checks.push_back(check_database(*s, store));
  get_tree q{deadline::in(patience)};
  auto tree = co_await ask(*s->bridge, std::move(q));
  if (tree)
    check_store(checks.front(), *tree);
  checks.push_back(tree ? check_workers(*tree) : check{"workers", false, tree.error().message});
  if (store)
    s->figures->engine(*store);
  if (tree)
    s->figures->engine(*tree);
  co_return encode_checks(*s, checks);
}

net::awaitable<response> live_now(services_ptr s) { co_return live(*s); }

net::awaitable<response> exposition(services_ptr s) {
  get_store_figures figures{deadline::in(patience)};
  auto store = co_await ask(*s->bridge, std::move(figures));
  if (store)
    s->figures->engine(*store);
  get_tree q{deadline::in(patience)};
  auto tree = co_await ask(*s->bridge, std::move(q));
  if (tree)
    s->figures->engine(*tree);
  auto [open, streams] = s->connections ? s->connections() : std::pair<std::size_t, std::size_t>{};
  if (s->options.egress_totals)
    s->figures->egress(s->options.egress_totals());
  if (s->options.work_figures)
    s->figures->work(s->options.work_figures());
  s->figures->connections(open, streams, s->bridge->in_flight());
  co_return text_response(s->figures->text(), "text/plain; version=0.0.4; charset=utf-8");
}

} // namespace

void add_health_routes(router& to, const services_ptr& s) {
  to.add(verb::get, "/health/live", [s](request&, path_arguments) { return live_now(s); });
  for (const char* path : {"/health/ready", "/health", "/ready"})
    to.add(verb::get, path, [s](request&, path_arguments) { return ready(s); });
  to.add(verb::get, "/metrics", [s](request&, path_arguments) { return exposition(s); });
}

} // namespace troupe::gateway
