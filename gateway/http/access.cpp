#include "gateway/http/access.hpp"

#include <algorithm>
#include <string>

#include "gateway/http/message.hpp"

namespace troupe::gateway {

namespace {

struct authority {
  std::string_view name; ///< IPv6 in brackets
  std::string_view port; ///< empty: none given
  bool valid = false;
};

bool is_port(std::string_view s) noexcept {
  return !s.empty() && s.size() <= 5 && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `name[:port]`, by RFC 3986 as far as Host and Origin need it; anything odd is invalid.
authority split(std::string_view s) noexcept {
  authority a;
  auto colon = std::string_view::npos;
  if (s.starts_with('[')) {
    auto end = s.find(']');
    if (end == std::string_view::npos)
      return a;
    a.name = s.substr(0, end + 1);
    if (end + 1 < s.size()) {
      if (s[end + 1] != ':')
        return a;
      colon = end + 1;
    }
  } else {
    colon = s.find(':');
    a.name = s.substr(0, colon);
  }
  if (colon != std::string_view::npos) {
    a.port = s.substr(colon + 1);
    if (!is_port(a.port))
      return a;
  }
  a.valid = !a.name.empty() && a.name.find_first_of("/@?#\\ \t") == std::string_view::npos;
  return a;
}

tl::unexpected<error> refused(std::string message) {
  return fail(errc::host_not_allowed, std::move(message),
              "Use http://127.0.0.1 or http://localhost from this machine; other ways in need authentication.");
}

} // namespace

bool is_loopback_host(std::string_view host) noexcept {
  auto a = split(host);
  return a.valid && (a.name == "127.0.0.1" || a.name == "[::1]" || same_text(a.name, "localhost"));
}

expected<void> check_access(const access_policy& policy, std::string_view host, std::string_view origin,
                            bool has_origin) {
  if (!policy.any_host && !is_loopback_host(host))
    return refused("the Host of this request is not a name of this machine to itself");
  if (!has_origin)
    return {};
  std::string_view default_port;
  if (origin.starts_with("http://")) {
    default_port = "80";
    origin.remove_prefix(7);
  } else if (policy.any_host && origin.starts_with("https://")) { // behind a proxy that ends TLS
    default_port = "443";
    origin.remove_prefix(8);
  } else {
    return refused("the Origin of this request is not a web page of this server");
  }
  auto theirs = split(origin);
  auto ours = split(host);
  auto port = [&](const authority& a) { return a.port.empty() ? default_port : a.port; };
  if (!theirs.valid || !ours.valid || !same_text(theirs.name, ours.name) || port(theirs) != port(ours))
    return refused("the Origin of this request is another site");
  return {};
}

} // namespace troupe::gateway
