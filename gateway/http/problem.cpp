#include "gateway/http/problem.hpp"

#include <algorithm>
#include <array>

#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

/// In the order of `errc`; the test `problems` holds the two together.
constexpr std::array<problem_kind, static_cast<std::size_t>(errc::internal) + 1> table{{
  {500, "No error"},                       // none: never an answer
  {400, "Invalid value"},                  // invalid_argument
  {400, "Malformed JSON"},                 // malformed_json
  {400, "Invalid UTF-8"},                  // invalid_utf8
  {400, "Unknown field"},                  // unknown_field
  {413, "Body too large"},                 // body_too_large
  {415, "Unsupported media type"},         // unsupported_media
  {404, "Not found"},                      // not_found
  {405, "Method not allowed"},             // method_not_allowed
  {409, "Conflict"},                       // conflict
  {422, "Idempotency key reused"},         // idempotency_mismatch
  {403, "Path not allowed"},               // path_not_allowed
  {403, "Host not allowed"},               // host_not_allowed
  {429, "Overloaded"},                     // overloaded
  {503, "Draining"},                       // draining
  {504, "No answer in time"},              // deadline_exceeded
  {409, "Cancelled"},                      // cancelled
  {409, "Superseded"},                     // fenced
  {400, "Invalid URL"},                    // url_invalid
  {403, "Address refused"},                // address_refused
  {502, "Name not resolved"},              // dns_failed
  {502, "Connection failed"},              // connect_failed
  {502, "TLS failed"},                     // tls_failed
  {502, "Upstream answered with failure"}, // http_status
  {502, "Too many redirects"},             // too_many_redirects
  {422, "Page too large"},                 // too_large
  {403, "Forbidden by robots.txt"},        // robots_disallowed
  {422, "Nothing readable"},               // content_empty
  {422, "Unreadable file"},                // unreadable
  {503, "Storage failed"},                 // storage_failed
  {507, "Disk full"},                      // disk_full
  {503, "Data folder in use"},             // data_locked
  {503, "Unavailable"},                    // unavailable
  {504, "No progress"},                    // stalled
  {500, "Given up"},                       // poisoned
  {500, "Internal error"},                 // internal
}};

struct phrase {
  unsigned status;
  const char* text;
};
constexpr std::array<phrase, 27> phrases{{{101, "Switching Protocols"},
                                          {200, "OK"},
                                          {202, "Accepted"},
                                          {204, "No Content"},
                                          {303, "See Other"},
                                          {304, "Not Modified"},
                                          {400, "Bad Request"},
                                          {401, "Unauthorized"},
                                          {403, "Forbidden"},
                                          {404, "Not Found"},
                                          {405, "Method Not Allowed"},
                                          {406, "Not Acceptable"},
                                          {408, "Request Timeout"},
                                          {409, "Conflict"},
                                          {413, "Content Too Large"},
                                          {414, "URI Too Long"},
                                          {415, "Unsupported Media Type"},
                                          {417, "Expectation Failed"},
                                          {422, "Unprocessable Content"},
                                          {426, "Upgrade Required"},
                                          {429, "Too Many Requests"},
                                          {431, "Request Header Fields Too Large"},
                                          {500, "Internal Server Error"},
                                          {502, "Bad Gateway"},
                                          {503, "Service Unavailable"},
                                          {504, "Gateway Timeout"},
                                          {507, "Insufficient Storage"}}};

/// Seconds after which it is worth trying again; 0: not by waiting.
std::uint32_t retry_after(const error& x) noexcept {
  if (x.retry_after_s != 0)
    return x.retry_after_s;
  switch (x.code) {
  case errc::overloaded:
    return 5;
  case errc::draining:
  case errc::unavailable:
  case errc::storage_failed:
    return 2;
  default:
    return 0;
  }
}

} // namespace

problem_kind problem_of(errc code) noexcept {
  auto i = static_cast<std::size_t>(code);
  return i < table.size() ? table[i] : table.back();
}

const char* status_phrase(unsigned status) noexcept {
  auto i = std::find_if(phrases.begin(), phrases.end(), [status](const phrase& p) { return p.status == status; });
  return i == phrases.end() ? "Unknown" : i->text;
}

response problem_response(const error& x, std::string_view request_id, unsigned status) {
  auto kind = problem_of(x.code);
  if (status != 0)
    kind = {status, status_phrase(status)};
  json_writer out;
  out.begin_object()
    .field("type", std::string{"urn:troupe:problem:"} + to_string(x.code))
    .field("title", kind.title)
    .field("status", kind.status)
    .field("detail", x.message)
    .field("code", to_string(x.code));
  if (!x.advice.empty())
    out.field("advice", x.advice);
  const auto seconds = retry_after(x);
  if (seconds != 0)
    out.field("retry_after_s", seconds);
  out.field("request_id", request_id).end_object();
  auto r = text_response(out.str(), "application/problem+json", kind.status);
  r.set("Cache-Control", "no-store");
  r.code = to_string(x.code);
  if (seconds != 0)
    r.set("Retry-After", std::to_string(seconds));
  return r;
}

} // namespace troupe::gateway
