#pragma once
/// Snapshots to passages, on heading and sentence bounds.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/document.hpp"

namespace troupe {

struct chunk_limits {
  std::uint32_t target_bytes = 800; ///< a passage is closed at the sentence end nearest to this
  std::uint32_t limit_bytes = 1600; ///< never longer, tables and code excepted up to twice this
};

/// In order, without overlap; every non-blank byte of the text but headings' own lines is in exactly one passage;
/// offsets are exact (`text == content.text.substr(start, end - start)`) and on code-point bounds. Headings close a
/// passage and give `passage::heading`. Blocks that overlap or lie outside the text are cut to what is left of it.
std::vector<passage> chunk(const document& content, const chunk_limits& limits = {});

/// Sentence bounds of `text` (ICU, UAX 29), as half-open byte spans without surrounding white space. Abbreviations that
/// stand before a capital ("Dr. Smith", "Fig. 3", "J. S. Bach") don't end one; nor does a line break inside one.
std::vector<std::pair<std::uint32_t, std::uint32_t>> sentences(std::string_view text, std::string_view language);

} // namespace troupe
