#pragma once
#include <string>
#include <string_view>

#include "actors/scrape/extract/block_writer.hpp"

namespace troupe {

/// Plain text as blocks: paragraphs end at blank lines, lines under a rule of `=` or `-` are headings, bulleted lines
/// are items and numbered ones steps (without their number), what is typed at a prompt is code, indented or
/// column-aligned paragraphs stay verbatim. Gives the first heading, or the first short line.
std::string write_plain_text(std::string_view text, block_writer& out);

} // namespace troupe
