// /api/v1/search and /api/v1/collections.
#include "gateway/api/services.hpp"
#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

void read_search(field_reader& in, search_passages& q) {
  std::vector<std::string> collections;
  std::string mode = "hybrid";
  in.only({"query", "collections", "mode", "k"})
    .need("query")
    .read("query", q.query, 4096)
    .read("collections", collections, 100, 256)
    .read("mode", mode, 16)
    .read("k", q.k, 1u, 1000u);
  if (in.ok() && q.query.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
    in.reject({errc::invalid_argument, "\"query\" is empty", "Search for something."});
  if (mode == "lexical")
    q.mode = search_mode::lexical;
  else if (mode == "vector")
    q.mode = search_mode::vector;
  else if (mode != "hybrid")
    in.reject({errc::invalid_argument, "\"mode\" must be hybrid, lexical or vector", "Use one of these three."});
  for (auto& c : collections)
    q.collections.emplace_back(std::move(c));
}

std::string encode_hits(const search_hits& found) {
  json_writer out;
  out.begin_object().key("hits").begin_array();
  for (const auto& hit : found.hits)
    out.begin_object()
      .field("score", hit.score)
      .field("lexical", hit.lexical)
      .field("vector", hit.vector)
      .field("document", hit.document.value)
      .field("ordinal", hit.found.ordinal)
      .field("start", hit.found.start)
      .field("end", hit.found.end)
      .field("heading", hit.found.heading)
      .field("text", hit.found.text)
      .field("url", hit.url)
      .field("title", hit.title)
      .field("fetched_at", to_iso8601(hit.fetched_at))
      .end_object();
  out.end_array().field("coverage", found.coverage).end_object();
  return out.str();
}

net::awaitable<response> search(services_ptr s, request& r) {
  if (auto json = check_json(r); !json)
    co_return problem(json.error(), r);
  auto q = read_object<search_passages>(r.body, read_search);
  if (!q)
    co_return problem(q.error(), r);
  q->until = s->until();
  q->whole = true;
  auto found = co_await ask(*s->bridge, std::move(*q));
  co_return found ? json_response(encode_hits(*found)) : problem(found.error(), r);
}

net::awaitable<response> collections(services_ptr s, request& r) {
  get_store_figures q{s->until()};
  auto figures = co_await ask(*s->bridge, std::move(q));
  if (!figures)
    co_return problem(figures.error(), r);
  json_writer out;
  out.begin_object().key("items").begin_array();
  for (const auto& [name, documents] : figures->collections)
    out.begin_object().field("name", name).field("documents", documents).end_object();
  out.end_array().key("next").null().end_object();
  co_return json_response(out.str());
}

} // namespace

void add_search_routes(router& to, const services_ptr& s) {
  to.add(
    verb::post, "/api/v1/search", [s](request& r, path_arguments) { return search(s, r); },
    s->options.limits.json_bytes);
  to.add(verb::get, "/api/v1/collections", [s](request& r, path_arguments) { return collections(s, r); });
}

} // namespace troupe::gateway
