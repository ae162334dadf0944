#pragma once
#include <cstdint>

#include "actors/scrape/extract/html_tree.hpp"

namespace troupe {

/// Rows and columns of data, rather than boxes that lay out a page.
bool is_data_table(const html_tree& tree, std::uint32_t table);

} // namespace troupe
