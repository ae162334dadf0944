#pragma once
#include <string>
#include <string_view>

#include "actors/scrape/extract/block_writer.hpp"

namespace troupe {

/// A table of delimited values (RFC 4180; the delimiter is a comma, semicolon, tab or bar, whichever parts the first
/// rows most evenly; quoted fields may hold line ends) as rows of a table; the first one names the columns, as readers
/// of tables expect. At most 200,000 rows of 256 columns.
void write_delimited_text(std::string_view text, block_writer& out);

} // namespace troupe
