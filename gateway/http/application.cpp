#include "gateway/http/application.hpp"

#include <algorithm>
#include <random>

#include "gateway/http/negotiate.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/log.hpp"

namespace troupe::gateway {

namespace {

// Labels of what matched no route; they outlive every `metrics`.
const std::string unmatched = "unmatched";
const std::string refused = "refused";

constexpr std::chrono::milliseconds slow{1000};

/// The host a request is for: an absolute target's own, or the Host header's.
std::string_view authority_of(const request& r) {
  auto target = r.target;
  for (std::string_view scheme : {"http://", "https://"})
    if (target.size() > scheme.size() && same_text(target.substr(0, scheme.size()), scheme)) {
      target.remove_prefix(scheme.size());
      return target.substr(0, target.find_first_of("/?#"));
    }
  return r.header("Host");
}

/// For a person who followed a link or mistyped an address.
response no_such_page() {
  auto r = text_response("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>No such page · Troupe</title>"
                         "<style>body{font:17px/1.5 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem;"
                         "color-scheme:light dark}</style><h1>No such page</h1><p>Nothing is at this address. "
                         "<a href=\"/\">Ask a question, or see what was asked</a>.</p></html>",
                         "text/html; charset=utf-8", 404);
  r.set("Cache-Control", "no-store");
  r.set("Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  r.code = to_string(errc::not_found);
  return r;
}

/// Reads that went well are debug: an operator's log is about what changed and what failed.
void log_request(const request& r, const std::string& route, const response& done,
                 std::chrono::steady_clock::duration took) {
  auto ms = std::chrono::duration<double, std::milli>(took).count();
  auto level = done.status >= 500 ? log_level::warning
               : done.status >= 400 || took > slow || (r.method != verb::get && r.method != verb::head)
                 ? log_level::info
                 : log_level::debug;
  if (!logs(level))
    return;
  log_line line{level, "request"};
  line.with("request_id", r.id)
    .with("method", to_string(r.method))
    .with("endpoint", route)
    .with("target", r.target.substr(0, 512))
    .with("status_code", done.status)
    .with("duration_ms", ms);
  if (!done.code.empty())
    line.with("code", done.code);
}

} // namespace

std::string request_id_for(std::string_view theirs) {
  constexpr std::string_view sane = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
  if (!theirs.empty() && theirs.size() <= 128 && theirs.find_first_not_of(sane) == std::string_view::npos)
    return std::string{theirs};
  thread_local std::mt19937_64 engine{std::random_device{}()};
  constexpr std::string_view hex = "0123456789abcdef";
  std::string id(16, '0');
  auto bits = engine();
  for (auto& c : id) {
    c = hex[bits & 15];
    bits >>= 4;
  }
  return id;
}

net::awaitable<response> application::answer(request& r, route_match& match) {
  if (auto host = authority_of(r); r.count("Host") > 1)
    co_return problem_response({errc::invalid_argument, "the request has several Host headers", "Send one."}, r.id);
  else if (r.count("Content-Type") > 1)
    co_return problem_response({errc::invalid_argument, "the request has several Content-Type headers", "Send one."},
                               r.id);
  else if (auto ok = check_access(access_, host, r.header("Origin"), r.count("Origin") != 0); !ok)
    co_return problem_response(ok.error(), r.id);
  if (match.found != nullptr && match.found->pattern.starts_with("/api/"))
    if (auto known = r.only(match.found->parameters); !known)
      co_return problem_response(known.error(), r.id);
  if (match.found != nullptr)
    co_return co_await match.found->handle(r, std::move(match.arguments));
  if (r.method == verb::options && (!match.allow.empty() || r.target == "*")) {
    response ok;
    ok.status = 204;
    ok.set("Allow", match.allow.empty() ? "GET, HEAD, POST, DELETE, OPTIONS" : match.allow);
    co_return ok;
  }
  auto document = r.method == verb::get && names_media(r.header("Accept"), "text/html") && !r.path.starts_with("/api/");
  if (match.allow.empty() && document)
    co_return no_such_page();
  if (match.allow.empty())
    co_return problem_response(
      {errc::not_found, "nothing is at this address", "GET /openapi.json lists every address of this server."}, r.id);
  auto problem = problem_response(
    {errc::method_not_allowed, "this address does not take this method", "Use one of: " + match.allow + "."}, r.id);
  problem.set("Allow", match.allow);
  co_return problem;
}

net::awaitable<response> application::handle(request& r, route_match match) {
  auto start = std::chrono::steady_clock::now();
  const auto& label = match.found != nullptr ? match.found->pattern : unmatched;
  response done;
  std::string thrown;
  try {
    done = co_await answer(r, match);
  } catch (const std::exception& x) {
    thrown = x.what();
    done = problem_response({errc::internal, "this request hit a defect of the server",
                             "Report it with the request id; the server's log holds the cause."},
                            r.id);
  }
  if (!thrown.empty())
    log_line{log_level::error, "handler threw"}.with("request_id", r.id).with("endpoint", label).with("error", thrown);
  finish(done, r.id);
  auto took = std::chrono::steady_clock::now() - start;
  figures_->request_done(label, r.method, done.socket ? 101 : done.status, took);
  log_request(r, label, done, took);
  co_return done;
}

response application::refuse(const error& why, unsigned status, std::string_view request_id) {
  auto r = problem_response(why, request_id, status);
  finish(r, request_id);
  figures_->request_done(refused, verb::other, r.status, {});
  log_line{log_level::info, "request refused"}
    .with("request_id", request_id)
    .with("status_code", r.status)
    .with("code", r.code)
    .with("error", why.message);
  return r;
}

void application::finish(response& r, std::string_view request_id) const {
  r.set("X-Request-Id", std::string{request_id});
}

} // namespace troupe::gateway
