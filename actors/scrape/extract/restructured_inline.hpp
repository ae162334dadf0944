#pragma once
#include <string_view>

#include "actors/scrape/extract/block_writer.hpp"

namespace troupe {

/// Writes a run of reStructuredText into the open block: roles (`:func:`foo``), references and literals as their text.
/// A mark's other end is looked for in the next 1000 bytes only, so time is linear.
void write_restructured_inline(std::string_view text, block_writer& out);

} // namespace troupe
