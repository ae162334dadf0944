#pragma once
/// What kind of content some bytes are.

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

enum class content_kind : std::uint8_t {
  html,
  markdown,
  restructured,
  plain,
  pdf,
  docx,
  epub,
  delimited,
  json,
  feed,
  binary
};

/// A Content-Type value taken apart; both in lower case.
struct media_type_parts {
  std::string essence; ///< `text/html`
  std::string charset; ///< may be empty
};
media_type_parts parse_media_type(std::string_view value);

/// What to read `bytes` as, given what the server called them (RFC 9110, 8.3; a little of the WHATWG MIME sniffing
/// standard where nothing is said). Text types that nothing here reads are `binary` too.
content_kind kind_of(std::string_view bytes, const media_type_parts& declared);

/// The name under which snapshots of a kind are known, such as `text/html`; `application/octet-stream` for `binary`.
std::string_view media_type_of(content_kind kind) noexcept;

/// By the ending of a file's name: `.html .htm .xhtml .md .markdown .txt .text .rst .pdf .docx .epub .csv .tsv .json
/// .rss .atom`; empty for any other.
std::string_view media_type_of_name(std::string_view name) noexcept;

} // namespace troupe
