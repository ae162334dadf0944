#pragma once
/// Snapshots to passages, on heading and sentence bounds.

#include <cstdint>
#include <vector>

#include "protocols/document.hpp"

namespace troupe {

struct chunk_limits {
  std::uint32_t target_bytes = 800; ///< a passage is closed at the sentence end nearest to this
  std::uint32_t limit_bytes = 1600; ///< never longer, tables and code excepted up to twice this
};

/// In order, without overlap; every non-blank byte of the text but headings' own lines is in exactly one passage;
/// offsets are exact
/// (`text == content.text.substr(start, end - start)`). Headings give `passage::heading`.
std::vector<passage> chunk(const document& content, const chunk_limits& limits = {});

/// Sentence bounds of `text` (ICU, UAX 29), as half-open byte spans without surrounding white space.
std::vector<std::pair<std::uint32_t, std::uint32_t>> sentences(std::string_view text, std::string_view language);

} // namespace troupe
