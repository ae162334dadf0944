#pragma once
/// One request from hop to hop: what may be asked, and what a redirect makes of it. No network in here.

#include <optional>
#include <string>
#include <string_view>

#include "actors/egress/url.hpp"
#include "protocols/fetching.hpp"

namespace troupe {

/// Is there anything in the request that must not go onto a connection (RFC 9110 section 5.5: line ends in headers, a
/// method that is no token)? Such a request is `invalid_argument`.
std::optional<error> malformed(const http_fetch& request);

/// Headers that belong to the connection and are left out when a caller sets them: `host`, `content-length` ….
bool belongs_to_connection(std::string_view header);

/// A response that names another place: 301, 302, 303, 307, 308.
bool is_redirect(long status) noexcept;

/// Turns the request into that of the next hop (RFC 9110 section 15.4): `target` becomes the new place; 303, and 301 or
/// 302 after POST, ask by GET without the body; credentials stay behind when the origin changes. Fails with
/// `url_invalid`.
expected<void> follow_redirect(http_fetch& request, url& target, long status, std::string_view location);

/// The URL as it is asked for: without credentials and fragment.
std::string request_url(const url& target);

} // namespace troupe
