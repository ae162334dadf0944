// /api/v1/dead-letters: work that was given up, to be looked at, taken up again or thrown away.
#include "gateway/api/services.hpp"
#include "protocols/json/event_json.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

bool is_letter_id(const std::string& s) { return s.starts_with("d_") && is_research_id("r_" + s.substr(2)); }

void encode_letter(json_writer& out, const dead_letter& x) {
  auto self = "/api/v1/dead-letters/" + x.id;
  out.begin_object()
    .field("id", x.id)
    .field("queue", x.queue)
    .field("research_id", x.research.value)
    .field("subject", x.subject)
    .field("attempts", x.attempts);
  out.key("error")
    .begin_object()
    .field("code", to_string(x.why.code))
    .field("message", x.why.message)
    .field("advice", x.why.advice)
    .end_object();
  out.field("at", to_iso8601(x.at));
  out.key("links")
    .begin_object()
    .field("research", "/api/v1/research/" + x.research.value)
    .field("requeue", self + "/requeue")
    .field("discard", self + "/discard")
    .end_object()
    .end_object();
}

expected<list_dead_letters> list_request(const services& s, const request& r) {
  auto limit = r.number("limit", 50, 1, 200);
  if (!limit)
    return tl::make_unexpected(limit.error());
  list_dead_letters q;
  q.after = r.parameter("after").value_or("");
  if (!q.after.empty() && !is_letter_id(q.after))
    return fail(errc::invalid_argument, "the parameter after is no dead letter's id",
                "Give the `next` of the page before, or leave it away.");
  q.limit = static_cast<std::uint32_t>(*limit);
  q.until = s.until();
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
  for (const auto& letter : found->items)
    encode_letter(out, letter);
  out.end_array().key("next");
  if (found->next.empty())
    out.null();
  else
    out.value(found->next);
  out.end_object();
  co_return json_response(out.str());
}

net::awaitable<expected<settled_dead_letter>> settle(services_ptr s, std::string id, bool requeue) {
  if (!is_letter_id(id))
    co_return fail(errc::not_found, "there is no dead letter of this id",
                   "GET /api/v1/dead-letters lists the ones there are.");
  settle_dead_letter q;
  q.id = std::move(id);
  q.requeue = requeue;
  q.at = std::chrono::system_clock::now();
  if (requeue)
    q.as = make_research_id(q.at);
  q.until = s->until();
  co_return co_await ask(*s->bridge, std::move(q));
}

net::awaitable<response> requeue(services_ptr s, request& r, path_arguments args) {
  if (auto open = check_open(*s); !open)
    co_return problem(open.error(), r);
  auto settled = co_await settle(s, std::move(args[0]), true);
  if (!settled)
    co_return problem(settled.error(), r);
  if (settled->accepted.empty())
    co_return problem({errc::internal, "the dead letter was taken away, but no research stands for it",
                       "Look at GET /api/v1/research for what became of it."},
                      r);
  s->figures->research_requested();
  co_return accepted_response({settled->accepted.front(), false});
}

net::awaitable<response> discard(services_ptr s, request& r, path_arguments args) {
  auto settled = co_await settle(s, std::move(args[0]), false);
  if (!settled)
    co_return problem(settled.error(), r);
  json_writer out;
  encode_letter(out, settled->letter);
  co_return json_response(out.str());
}

} // namespace

void add_dead_letter_routes(router& to, const services_ptr& s) {
  const std::string one = "/api/v1/dead-letters/{id}";
  to.add(verb::get, "/api/v1/dead-letters", [s](request& r, path_arguments) { return list(s, r); }).parameters = {
    "after", "limit"};
  to.add(verb::post, one + "/requeue", [s](request& r, path_arguments args) { return requeue(s, r, std::move(args)); });
  auto away = [s](request& r, path_arguments args) { return discard(s, r, std::move(args)); };
  to.add(verb::post, one + "/discard", away);
  to.add(verb::del, one, away);
}

} // namespace troupe::gateway
