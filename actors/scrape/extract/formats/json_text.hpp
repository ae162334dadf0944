#pragma once
#include <string_view>

#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/formats/file_facts.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// What a JSON file says: each value a line `key > inner key: value`, or below its key as a heading when it is a text;
/// a list of plain values one line; a list of records a table below its key, its first row the keys, or a section for
/// each record where they hold texts, lists of objects or more than 32 values. Null and empty values are left out.
/// `unreadable` for what is not JSON or is nested deeper than 64; `too_large` above 8 MiB.
expected<file_facts> write_json_text(std::string_view text, block_writer& out);

} // namespace troupe
