#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/formats/pdf_layout.hpp"

namespace troupe {

struct pdf_outline {
  std::string heading{};              ///< the first one, or a first line that stands for itself
  std::vector<std::uint32_t> pages{}; ///< as `document::pages`
};

/// Lines to blocks: lines of larger type are headings, by their size; lines of one paragraph are joined, over columns
/// and pages too, and words that were divided at a line's end made whole (a hyphen stays when the document has the word
/// with it elsewhere, and not without it).
pdf_outline write_pdf_blocks(const pdf_layout& x, block_writer& out);

} // namespace troupe
