// /api/v1/search and /api/v1/collections.
#include <algorithm>

#include "gateway/api/services.hpp"
#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

constexpr std::size_t most_phrases = 16;

/// Hosts as they stand in addresses: no scheme, no path.
bool is_site(const std::string& x) {
  return !x.empty() && x.front() != '.' && x.find_first_of("/:@?# \t\r\n*") == std::string::npos;
}
bool is_language(const std::string& x) {
  auto letters = x.find_first_of("-_");
  auto primary = x.substr(0, letters);
  return primary.size() >= 2 && primary.size() <= 3 && std::all_of(primary.begin(), primary.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

void read_day(field_reader& in, const char* name, std::int32_t& day) {
  std::string text;
  in.read(name, text, 10);
  if (text.empty())
    return;
  if (auto parsed = parse_day(text))
    day = *parsed;
  else
    in.reject({errc::invalid_argument, "\"" + std::string{name} + "\" is no calendar date",
               "Write it as 2026-01-31 (YYYY-MM-DD)."});
}

void read_filter(field_reader& in, passage_filter& x) {
  in.read("sites", x.sites, 100, 253).read("languages", x.languages, 20, 35);
  if (in.ok() && !std::all_of(x.sites.begin(), x.sites.end(), is_site))
    in.reject({errc::invalid_argument, "\"sites\" has something that is no host name",
               "Write example.org, without scheme or path."});
  if (in.ok() && !std::all_of(x.languages.begin(), x.languages.end(), is_language))
    in.reject(
      {errc::invalid_argument, "\"languages\" has something that is no language", "Write codes such as en or de."});
  read_day(in, "from", x.from_day);
  read_day(in, "before", x.before_day);
  if (in.ok() && x.from_day >= x.before_day)
    in.reject(
      {errc::invalid_argument, "\"from\" is not earlier than \"before\"", "Nothing lies between them: swap them."});
}

/// What stands in quotation marks in the query must stand so in a passage. The marks go; the words go on counting as
/// words. A mark without its other one is none.
void read_phrases(field_reader& in, search_passages& q) {
  std::size_t at = 0;
  while ((at = q.query.find('"', at)) != std::string::npos) {
    auto end = q.query.find('"', at + 1);
    if (end == std::string::npos)
      return;
    auto phrase = q.query.substr(at + 1, end - at - 1);
    q.query[at] = q.query[end] = ' ';
    at = end + 1;
    if (phrase.find_first_not_of(" \t\r\n\f\v") != std::string::npos)
      q.only.phrases.push_back(std::move(phrase));
  }
  if (q.only.phrases.size() > most_phrases)
    in.reject(
      {errc::invalid_argument, "\"query\" has more than 16 phrases in quotation marks", "Quote fewer of its words."});
}

void read_search(field_reader& in, search_passages& q) {
  std::vector<std::string> collections;
  std::string mode = "hybrid";
  in.only({"query", "collections", "mode", "k", "sites", "languages", "from", "before"})
    .need("query")
    .read("query", q.query, 4096)
    .read("collections", collections, 100, 256)
    .read("mode", mode, 16)
    .read("k", q.k, 1u, 1000u);
  if (in.ok() && q.query.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
    in.reject({errc::invalid_argument, "\"query\" is empty", "Search for something."});
  read_phrases(in, q);
  if (mode == "lexical")
    q.mode = search_mode::lexical;
  else if (mode == "vector")
    q.mode = search_mode::vector;
  else if (mode != "hybrid")
    in.reject({errc::invalid_argument, "\"mode\" must be hybrid, lexical or vector", "Use one of these three."});
  read_filter(in, q.only);
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
