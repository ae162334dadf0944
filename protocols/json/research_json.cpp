#include "protocols/json/research_json.hpp"

#include <algorithm>

#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

namespace troupe {

namespace {

constexpr std::size_t max_question = 4096;
constexpr std::size_t max_address = 4096;
constexpr std::size_t max_addresses = 1000;

std::vector<std::string> names(const std::vector<collection_name>& xs) {
  std::vector<std::string> result;
  for (auto& x : xs)
    result.push_back(x.value);
  return result;
}

void strings(json_writer& out, std::string_view key, const std::vector<std::string>& xs) {
  out.key(key).begin_array();
  for (auto& x : xs)
    out.value(x);
  out.end_array();
}

void some(json_writer& out, std::string_view key, const std::vector<std::string>& xs) {
  if (!xs.empty())
    strings(out, key, xs);
}

bool blank(std::string_view s) { return s.find_first_not_of(" \t\r\n\f\v") == std::string::npos; }

/// The first control character (Unicode category Cc) other than tab, line feed, carriage return and next line, as
/// `U+0007`; empty without one.
std::string control_character(std::string_view s) {
  constexpr char digits[] = "0123456789ABCDEF";
  for (std::size_t i = 0; i < s.size(); ++i) {
    auto c = static_cast<unsigned char>(s[i]);
    if (c == 0xC2 && i + 1 < s.size() && static_cast<unsigned char>(s[i + 1]) < 0xA0)
      c = static_cast<unsigned char>(s[++i]);
    else if (c >= 0x80 || (c >= 0x20 && c != 0x7F))
      continue;
    if (c != '\t' && c != '\n' && c != '\r' && c != 0x85)
      return std::string{"U+00"} + digits[c >> 4] + digits[c & 15];
  }
  return {};
}

/// As far as can be told without parsing it: blanks around it are a browser's habit.
bool is_web_address(std::string_view s) {
  s.remove_prefix(std::min(s.find_first_not_of(" \t\r\n"), s.size()));
  auto begins = [s](std::string_view scheme) {
    return s.size() > scheme.size() && std::equal(scheme.begin(), scheme.end(), s.begin(), [](char a, char b) {
             return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
           });
  };
  return begins("http:") || begins("https:");
}

void read_request(field_reader& in, research_request& x) {
  std::optional<std::string> priority; // an empty one is a mistake like any other
  std::optional<std::string> report;
  std::optional<std::string> not_before;
  std::vector<std::string> collections;
  in.read("question", x.question, max_question)
    .read("urls", x.urls, max_addresses, max_address)
    .read("paths", x.paths, max_addresses, max_address)
    .read("sources", x.sources, 100, 256)
    .read("collections", collections, 100, 256)
    .read("depth", x.depth, 0u, 20u)
    .read("max_pages", x.max_pages, 1u, 1000000u)
    .read("timeout_s", x.timeout_s, 1u, 86400u)
    .read("priority", priority, 64)
    .read("report", report, 16)
    .read("not_before", not_before, 64);
  for (auto& name : collections)
    x.collections.emplace_back(name);
  if (in.ok() && priority && !from_string(*priority, x.priority))
    in.reject({errc::invalid_argument, "\"priority\" must be interactive, standard, batch or background",
               "Use one of these four."});
  if (in.ok() && report && *report != "markdown" && *report != "html" && *report != "json")
    in.reject({errc::invalid_argument, "\"report\" must be markdown, html or json", "Use one of these three."});
  x.report = report.value_or("");
  if (in.ok() && not_before && !from_iso8601(*not_before, x.not_before))
    in.reject({errc::invalid_argument, "\"not_before\" is no time between 1900 and 2200",
               "Write it like 2026-01-31T12:00:00Z."});
}

void encode_progress(json_writer& out, const research_progress& x) {
  out.begin_object()
    .field("phase", to_string(x.phase))
    .field("pages_found", x.pages_found)
    .field("pages_fetched", x.pages_fetched)
    .field("pages_failed", x.pages_failed)
    .field("passages", x.passages)
    .field("sources", x.sources)
    .end_object();
}

void time_or_null(json_writer& out, std::string_view key, timestamp at) {
  out.key(key);
  if (at == timestamp{})
    out.null();
  else
    out.value(to_iso8601(at));
}

} // namespace

std::optional<error> check_question(std::string_view question) {
  if (blank(question))
    return error{errc::invalid_argument, "is empty", "Ask something."};
  if (question.size() > max_question)
    return error{errc::invalid_argument, "is longer than 4,096 bytes",
                 "Ask in fewer words; what is to be read goes into a file."};
  if (auto found = control_character(question); !found.empty())
    return error{errc::invalid_argument, "holds the control character " + found, "Take it out and ask again."};
  return std::nullopt;
}

expected<research_request> parse_research_request(std::string_view body) {
  return read_object<research_request>(body, [](field_reader& in, research_request& x) {
    in.only({"question", "urls", "paths", "sources", "collections", "depth", "max_pages", "timeout_s", "priority",
             "report", "not_before"});
    in.need("question");
    read_request(in, x);
    if (auto wrong = in.ok() ? check_question(x.question) : std::nullopt) {
      wrong->message = "\"question\" " + wrong->message;
      in.reject(*wrong);
    }
    for (auto& url : x.urls)
      if (in.ok() && !is_web_address(url))
        in.reject({errc::invalid_argument,
                   "\"urls\" holds \"" + url.substr(0, 200) + "\", which is no http or https address",
                   "Begin it with http:// or https://; local files go into \"paths\"."});
  });
}

std::string encode_request(const research_request& x) {
  json_writer out;
  out.begin_object();
  if (x.kind != research_kind::research)
    out.field("kind", to_string(x.kind));
  out.field("question", x.question);
  some(out, "urls", x.urls);
  some(out, "paths", x.paths);
  some(out, "sources", x.sources);
  if (!x.collections.empty())
    strings(out, "collections", names(x.collections));
  out.field("depth", x.depth)
    .field("max_pages", x.max_pages)
    .field("timeout_s", x.timeout_s)
    .field("priority", to_string(x.priority));
  if (!x.report.empty())
    out.field("report", x.report);
  if (x.not_before != timestamp{})
    out.field("not_before", to_iso8601(x.not_before));
  out.end_object();
  return out.str();
}

expected<research_request> parse_stored_request(std::string_view json) {
  return read_object<research_request>(json, [](field_reader& in, research_request& x) {
    std::string kind = "research";
    in.read("kind", kind);
    read_request(in, x);
    if (!from_string(kind, x.kind))
      in.reject({errc::invalid_argument, "unknown kind of research \"" + kind + "\"", {}});
  });
}

std::string encode_grant(const research_grant& x) {
  if (x == research_grant{})
    return {};
  json_writer out;
  out.begin_object();
  strings(out, "roots", x.roots);
  out.field("private_network", x.private_network).end_object();
  return out.str();
}

expected<research_grant> parse_stored_grant(std::string_view json) {
  if (json.empty())
    return research_grant{};
  return read_object<research_grant>(json, [](field_reader& in, research_grant& x) {
    in.read("roots", x.roots, max_addresses, max_address).read("private_network", x.private_network);
  });
}

std::string encode_row(const research_row& x) {
  json_writer out;
  out.begin_object()
    .field("id", x.id.value)
    .field("kind", to_string(x.request.kind))
    .field("question", x.request.question)
    .field("status", to_string(x.status))
    .field("priority", to_string(x.request.priority))
    .field("attempt", x.attempt);
  out.key("node");
  if (x.node.value.empty())
    out.null();
  else
    out.value(x.node.value);
  time_or_null(out, "created_at", x.created_at);
  time_or_null(out, "started_at", x.started_at);
  time_or_null(out, "finished_at", x.finished_at);
  if (x.request.not_before != timestamp{})
    out.field("not_before", to_iso8601(x.request.not_before));
  encode_progress((out.key("progress")), x.progress);
  if (x.failure.code != errc::none)
    out.key("error")
      .begin_object()
      .field("code", to_string(x.failure.code))
      .field("message", x.failure.message)
      .field("advice", x.failure.advice)
      .end_object();
  auto self = "/api/v1/research/" + x.id.value;
  out.key("links")
    .begin_object()
    .field("self", self)
    .field("events", self + "/events")
    .field("stream", self + "/stream")
    .field("report", self + "/report")
    .end_object()
    .end_object();
  return out.str();
}

} // namespace troupe
