#pragma once
#include <string_view>
#include <vector>

#include "actors/scrape/extract/block_writer.hpp"

namespace troupe {

/// Writes a table drawn in reStructuredText, simple (`====  ====`) or grid (`+----+----+`), as rows. `lines` begins
/// with the rule on top. Columns past the 64th belong to the 64th.
void write_restructured_table(const std::vector<std::string_view>& lines, block_writer& out);

} // namespace troupe
