#pragma once
/// What kind of content some bytes are.

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

enum class content_kind : std::uint8_t { html, markdown, restructured, plain, pdf, binary };

/// A Content-Type value taken apart; both in lower case.
struct media_type_parts {
  std::string essence; ///< `text/html`
  std::string charset; ///< may be empty
};
media_type_parts parse_media_type(std::string_view value);

/// What to read `bytes` as, given what the server called them (RFC 9110, 8.3; a little of the WHATWG MIME sniffing
/// standard where nothing is said). Text types that nothing here reads are `binary` too.
content_kind kind_of(std::string_view bytes, const media_type_parts& declared);

/// `text/html`, `text/markdown`, `text/x-rst`, `text/plain`, `application/pdf`, `application/octet-stream`.
std::string_view media_type_of(content_kind kind) noexcept;

} // namespace troupe
