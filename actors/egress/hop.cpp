#include "actors/egress/hop.hpp"

#include <algorithm>

#include "actors/egress/ascii.hpp"

namespace troupe {

namespace {

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || others.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

template <std::size_t N>
bool any_of(std::string_view name, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), lower_case(name)) != std::end(list);
}

constexpr std::string_view connection_headers[] = {"connection", "content-length",   "expect", "host",
                                                   "keep-alive", "proxy-connection", "te",     "transfer-encoding",
                                                   "upgrade",    "accept-encoding"};
constexpr std::string_view credential_headers[] = {"authorization", "cookie",  "proxy-authorization",
                                                   "x-api-key",     "api-key", "x-goog-api-key"};
constexpr std::string_view body_headers[] = {"content-type", "content-encoding", "content-language",
                                             "content-location"};

} // namespace

std::optional<error> malformed(const http_fetch& request) {
  constexpr auto advice = "This is a defect of the caller; report it with the request.";
  if (!is_token(request.method) || request.method.size() > 32)
    return error{errc::invalid_argument, "an HTTP request has no valid method", advice};
  if (request.headers.size() > 128)
    return error{errc::invalid_argument, "an HTTP request has more than 128 headers", advice};
  for (const auto& [name, value] : request.headers)
    if (!is_token(name) || !is_field_value(value) || value.size() > 65536)
      return error{errc::invalid_argument, "an HTTP request has a malformed header", advice};
  return std::nullopt;
}

bool belongs_to_connection(std::string_view header) { return any_of(header, connection_headers); }

bool is_redirect(long status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

expected<void> follow_redirect(http_fetch& request, url& target, long status, std::string_view location) {
  auto next = parse_url(location, &target);
  if (!next)
    return fail(errc::url_invalid, "the redirect of " + request_url(target) + " leads nowhere: " + next.error().message,
                "Give the address of the page itself.");
  auto drop = [&](auto matches) {
    std::erase_if(request.headers, [&](const auto& header) { return matches(header.first); });
  };
  if (next->origin() != target.origin())
    drop([](std::string_view name) { return any_of(name, credential_headers); });
  auto becomes_get = status == 303 ? request.method != "HEAD" : status <= 302 && request.method == "POST";
  if (becomes_get) {
    request.method = "GET";
    request.body.clear();
    drop([](std::string_view name) { return any_of(name, body_headers); });
  }
  target = std::move(*next);
  return {};
}

std::string request_url(const url& target) {
  auto plain = target;
  plain.username.clear();
  plain.password.clear();
  plain.has_fragment = false;
  return plain.href();
}

} // namespace troupe
