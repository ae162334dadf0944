#pragma once
/// What an HTTP answer means to a crawler (RFC 9110): phrases, waits, validators, media types.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/error.hpp"
#include "protocols/fetching.hpp"

namespace troupe {

/// The value of a header, empty when absent. `name` in lower case.
std::string_view header_of(const http_response& x, std::string_view name) noexcept;

/// `404 Not Found`; the number alone for a status without a name.
std::string status_phrase(std::uint16_t status);

/// Retry-After: seconds or an HTTP date (RFC 9110, section 10.2.3). Never negative; nothing when it can't be read.
std::optional<std::chrono::seconds> retry_after(std::string_view value, timestamp now);

/// ETag, else Last-Modified, else empty: what `fetch_page::validator` is made of.
std::string validator_of(const http_response& x);
/// The header that asks whether a snapshot with this validator still holds.
std::pair<std::string, std::string> condition_of(const std::string& validator);

/// Whether pages of this Content-Type are read: HTML, XHTML, plain text, Markdown, PDF. Empty: found out by looking.
bool readable_media(std::string_view content_type);
/// Those types, in lower case.
const std::vector<std::string>& readable_media_types();

bool is_redirect_status(std::uint16_t status) noexcept;

/// Whether the same request may well succeed a little later.
bool worth_retrying(std::uint16_t status) noexcept;
bool worth_retrying(errc code) noexcept;
/// Whether it says something about the host's health rather than about one page.
bool host_is_failing(std::uint16_t status) noexcept;
bool host_is_failing(errc code) noexcept;

/// `http_status`: "http://… answered 404 Not Found".
error status_error(const std::string& url, std::uint16_t status);

} // namespace troupe
