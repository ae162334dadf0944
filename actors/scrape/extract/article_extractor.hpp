#pragma once
/// Bytes of a page or file to a snapshot: charset, main text, metadata, blocks, links. Pure: no I/O.

#include <string>
#include <string_view>
#include <vector>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/page_verdict.hpp"
#include "protocols/document.hpp"
#include "protocols/error.hpp"

namespace troupe {

struct extraction {
  document content; ///< complete: id, text, markdown, metadata, blocks
  std::vector<link> links;
  std::string media_type; ///< as found: `text/html`, `text/plain` …
  std::string charset;    ///< as decided, for diagnosis
  page_verdict verdict{}; ///< of a page; what is read is what it says all the same
};

/// `media_type` as the server gave it (may be empty: sniffed), `base` for links. HTML, XHTML, Markdown, plain text and
/// the formats of `formats/file_formats.hpp`; anything else is `unsupported_media`; nothing readable is
/// `content_empty`. Time and depth are bounded for any input.
expected<extraction> extract_article(std::string_view bytes, std::string_view media_type, const url& base);

} // namespace troupe
