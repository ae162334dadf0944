#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/research_json.hpp"
#include "protocols/json/writer.hpp"

namespace troupe {

namespace {

constexpr std::size_t max_text = 64u << 20;

/// Calls `read` for each object of the list `name`; absent is empty.
template <class F>
void each(field_reader& in, std::string_view name, F&& read) {
  simdjson::dom::array items;
  if (!in.ok() || in.object().at_key(name).get(items) != simdjson::SUCCESS)
    return;
  for (auto item : items) {
    simdjson::dom::object object;
    if (item.get(object) != simdjson::SUCCESS) {
      in.reject({errc::invalid_argument, "\"" + std::string{name} + "\" holds something that is no object", {}});
      return;
    }
    field_reader inner{object};
    read(inner);
    if (!inner.ok())
      in.reject(inner.failure());
  }
}

void encode_claims(json_writer& out, const std::vector<claim>& claims) {
  out.key("claims").begin_array();
  for (auto& x : claims) {
    out.begin_object().field("text", x.text).key("citations").begin_array();
    for (auto n : x.citations)
      out.value(n);
    out.end_array().end_object();
  }
  out.end_array();
}

void encode_citations(json_writer& out, const std::vector<citation>& citations) {
  out.key("citations").begin_array();
  for (auto& x : citations) {
    out.begin_object()
      .field("n", x.n)
      .field("source", x.source)
      .field("quote", x.quote)
      .field("start", x.start)
      .field("end", x.end)
      .field("verified", x.verified);
    if (x.page > 0)
      out.field("page", x.page);
    out.end_object();
  }
  out.end_array();
}

void encode_sources(json_writer& out, const std::vector<report_source>& sources) {
  out.key("sources").begin_array();
  for (auto& x : sources)
    out.begin_object()
      .field("n", x.n)
      .field("url", x.url)
      .field("title", x.title)
      .field("fetched_at", to_iso8601(x.fetched_at))
      .field("sha256", x.document.value)
      .end_object();
  out.end_array();
}

void read_claim(field_reader& in, report& result) {
  auto& x = result.claims.emplace_back();
  in.read("text", x.text, max_text);
  simdjson::dom::array numbers;
  if (in.object().at_key("citations").get(numbers) == simdjson::SUCCESS)
    for (auto item : numbers) {
      std::uint64_t n = 0;
      if (item.get(n) == simdjson::SUCCESS)
        x.citations.push_back(static_cast<std::uint32_t>(n));
    }
}

void read_citation(field_reader& in, report& result) {
  auto& x = result.citations.emplace_back();
  in.read("n", x.n, 0u, UINT32_MAX)
    .read("source", x.source, 0u, UINT32_MAX)
    .read("quote", x.quote, max_text)
    .read("start", x.start, 0u, UINT32_MAX)
    .read("end", x.end, 0u, UINT32_MAX)
    .read("verified", x.verified)
    .read("page", x.page, 0u, UINT32_MAX);
}

void read_source(field_reader& in, report& result) {
  auto& x = result.sources.emplace_back();
  std::string at;
  in.read("n", x.n, 0u, UINT32_MAX)
    .read("url", x.url, max_text)
    .read("title", x.title, max_text)
    .read("fetched_at", at)
    .read("sha256", x.document.value);
  from_iso8601(at, x.fetched_at);
}

void read_coverage(field_reader& in, report_coverage& x) {
  in.read("pages", x.pages, 0u, UINT32_MAX)
    .read("passages", x.passages, 0u, UINT32_MAX)
    .read("questions", x.questions, 0u, UINT32_MAX)
    .read("questions_answered", x.questions_answered, 0u, UINT32_MAX)
    .read("shards_answered", x.shards_answered);
}

/// A citation's document is its source's: the JSON names it once.
void join_documents(report& x) {
  for (auto& c : x.citations)
    for (auto& s : x.sources)
      if (s.n == c.source)
        c.document = s.document;
}

} // namespace

std::string encode_report(const report& x) {
  json_writer out;
  out.begin_object().field("markdown", x.markdown);
  encode_claims(out, x.claims);
  encode_citations(out, x.citations);
  encode_sources(out, x.sources);
  out.key("coverage")
    .begin_object()
    .field("pages", x.coverage.pages)
    .field("passages", x.coverage.passages)
    .field("questions", x.coverage.questions)
    .field("questions_answered", x.coverage.questions_answered)
    .field("shards_answered", x.coverage.shards_answered)
    .end_object()
    .field("writer", x.writer)
    .end_object();
  return out.str();
}

expected<report> parse_report(std::string_view json) {
  auto parsed = parse_json_object(json);
  if (!parsed)
    return tl::make_unexpected(parsed.error());
  field_reader in{simdjson::dom::object{(*parsed)->root}};
  report result;
  in.read("markdown", result.markdown, max_text).read("writer", result.writer);
  each(in, "claims", [&](field_reader& r) { read_claim(r, result); });
  each(in, "citations", [&](field_reader& r) { read_citation(r, result); });
  each(in, "sources", [&](field_reader& r) { read_source(r, result); });
  simdjson::dom::object coverage;
  if (in.object().at_key("coverage").get(coverage) == simdjson::SUCCESS) {
    field_reader r{coverage};
    read_coverage(r, result.coverage);
    if (!r.ok())
      in.reject(r.failure());
  }
  if (!in.ok())
    return tl::make_unexpected(in.failure());
  join_documents(result);
  return result;
}

} // namespace troupe
