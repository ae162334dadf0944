#include "protocols/error.hpp"

#include <array>

namespace troupe {

namespace {

constexpr std::array names{
  "none",
  "invalid_argument",
  "malformed_json",
  "invalid_utf8",
  "unknown_field",
  "body_too_large",
  "unsupported_media",
  "not_found",
  "method_not_allowed",
  "conflict",
  "idempotency_mismatch",
  "path_not_allowed",
  "host_not_allowed",
  "overloaded",
  "draining",
  "deadline_exceeded",
  "cancelled",
  "fenced",
  "url_invalid",
  "address_refused",
  "dns_failed",
  "connect_failed",
  "tls_failed",
  "http_status",
  "too_many_redirects",
  "too_large",
  "robots_disallowed",
  "content_empty",
  "unreadable",
  "storage_failed",
  "disk_full",
  "data_locked",
  "unavailable",
  "stalled",
  "poisoned",
  "internal",
};
static_assert(names.size() == static_cast<std::size_t>(errc::internal) + 1, "one name a code, in order");

} // namespace

const char* to_string(errc code) noexcept {
  auto i = static_cast<std::size_t>(code);
  return i < names.size() ? names[i] : "internal";
}

errc errc_from(const std::string& name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (name == names[i])
      return static_cast<errc>(i);
  return errc::internal;
}

} // namespace troupe
