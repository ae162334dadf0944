#pragma once
/// URLs by the WHATWG URL standard (url.spec.whatwg.org), for the http and https schemes (others parse, opaque), and
/// the canonical form under which a page is known. The scrape room uses this too: a page's address and the way out to
/// it must agree on what a host is.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/error.hpp"

namespace troupe {

/// A parsed URL. Components are serialised as the standard says (`path` with its leading slash; `query` and `fragment`
/// without their marks and empty when absent: see `has_query`, `has_fragment`).
struct url {
  std::string scheme; ///< lower case, without the colon
  std::string username;
  std::string password;
  std::string host;       ///< ASCII (punycode), IPv4 dotted, IPv6 in brackets; lower case
  std::uint16_t port = 0; ///< 0: the scheme's default
  std::string path;
  std::string query;
  std::string fragment;
  bool has_port = false; ///< tells port 0 from none
  bool has_host = false;
  bool has_query = false;
  bool has_fragment = false;
  bool opaque_path = false;

  /// The serialised URL.
  [[nodiscard]] std::string href() const;
  /// `scheme://host[:port]`: what robots.txt and politeness belong to.
  [[nodiscard]] std::string origin() const;
  /// `host[:port]`, the host owner's name.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::uint16_t port_or_default() const noexcept;
};

/// Parses `input` (UTF-8), against `base` when given. Fails with `url_invalid`.
expected<url> parse_url(std::string_view input, const url* base = nullptr);

/// The form under which a page is known: no fragment, no credentials, no default port, tracking parameters (utm_*,
/// gclid, fbclid, session ids …) dropped, other parameters kept in order, empty query dropped. http(s) and file only.
std::string canonical(const url& x);

/// `file:///…` of an absolute local path, percent-encoded, and back.
std::string file_url(std::string_view path);
expected<std::string> file_path(std::string_view file_url);

/// The registrable-domain-like site of a host, for crawl scope: `docs.example.co.uk` → `example.co.uk`. IP addresses
/// and single labels are their own site. Shared suffixes come from a small built-in list (co.uk, github.io …), not from
/// the whole of publicsuffix.org.
std::string site_of(const url& x);

} // namespace troupe
