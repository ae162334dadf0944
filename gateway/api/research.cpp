// /api/v1/research: create, list, get, cancel.
#include "gateway/api/paths.hpp"
#include "gateway/api/services.hpp"
#include "protocols/json/research_json.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

net::awaitable<response> create(services_ptr s, request& r) {
  if (auto json = check_json(r); !json)
    co_return problem(json.error(), r);
  auto what = parse_research_request(r.body);
  if (!what)
    co_return problem(what.error(), r);
  for (const auto& path : what->paths)
    if (auto allowed = check_path(path, s->options.allow_paths); !allowed)
      co_return problem(allowed.error(), r);
  auto accepted = co_await accept_into_ledger(*s, r, std::move(*what), r.body);
  co_return accepted ? accepted_response(*accepted) : problem(accepted.error(), r);
}

expected<list_research> list_request(const services& s, const request& r) {
  list_research q;
  q.until = s.until();
  q.status = r.parameter("status").value_or("");
  research_status ignored{};
  if (r.parameter("status") && !from_string(q.status, ignored))
    return fail(errc::invalid_argument, "the parameter status is none of a research's states",
                "Use queued, running, done, partial, failed or cancelled.");
  q.after = r.parameter("after").value_or("");
  if (!q.after.empty() && !is_research_id(q.after))
    return fail(errc::invalid_argument, "the parameter after is no research id",
                "Give the `next` of the page before, or leave it away.");
  auto limit = r.number("limit", 50, 1, 200);
  if (!limit)
    return tl::make_unexpected(limit.error());
  q.limit = static_cast<std::uint32_t>(*limit);
  return q;
}

net::awaitable<response> list(services_ptr s, request& r) {
  auto q = list_request(*s, r);
  if (!q)
    co_return problem(q.error(), r);
  auto found = co_await ask(*s->bridge, std::move(*q));
  if (!found)
    co_return problem(found.error(), r);
  json_writer out;
  out.begin_object().key("items").begin_array();
  for (const auto& row : found->items)
    out.raw(encode_row(row));
  out.end_array().key("next");
  if (found->next.empty())
    out.null();
  else
    out.value(found->next);
  out.end_object();
  co_return json_response(out.str());
}

net::awaitable<response> get(services_ptr s, request& r, path_arguments args) {
  auto id = research_in(args[0]);
  if (!id)
    co_return problem(id.error(), r);
  get_research q{*id, s->until()};
  auto row = co_await ask(*s->bridge, std::move(q));
  co_return row ? json_response(encode_row(*row)) : problem(row.error(), r);
}

net::awaitable<response> cancel(services_ptr s, request& r, path_arguments args) {
  auto id = research_in(args[0]);
  if (!id)
    co_return problem(id.error(), r);
  cancel_research q{*id, std::chrono::system_clock::now(), s->until()};
  auto row = co_await ask(*s->bridge, std::move(q));
  co_return row ? json_response(encode_row(*row)) : problem(row.error(), r);
}

} // namespace

void add_research_routes(router& to, const services_ptr& s) {
  auto limit = s->options.limits.json_bytes;
  to.add(
    verb::post, "/api/v1/research", [s](request& r, path_arguments) { return create(s, r); }, limit);
  to.add(verb::get, "/api/v1/research", [s](request& r, path_arguments) { return list(s, r); }).parameters = {
    "status", "after", "limit"};
  to.add(verb::get, "/api/v1/research/{id}",
         [s](request& r, path_arguments args) { return get(s, r, std::move(args)); });
  to.add(verb::del, "/api/v1/research/{id}",
         [s](request& r, path_arguments args) { return cancel(s, r, std::move(args)); });
}

} // namespace troupe::gateway
