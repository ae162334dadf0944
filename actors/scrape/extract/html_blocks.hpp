#pragma once
/// The selected part of a page, written as blocks.

#include <cstdint>
#include <functional>
#include <string>

#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

/// Gives the address a link leads to, empty for a link that is not worth writing.
using link_resolver = std::function<std::string(std::string_view href)>;

/// Writes what is left of `root`'s subtree.
void write_blocks(const page_survey& survey, std::uint32_t root, const link_resolver& resolve, block_writer& out);

} // namespace troupe
