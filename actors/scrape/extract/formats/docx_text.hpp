#pragma once
#include <string_view>

#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/formats/file_facts.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// The text of a DOCX file (ECMA-376) as its writer sees it: headings, lists, tables, quotes; deleted and hidden text,
/// the table of contents, headers and footers left out; a footnote stands behind the paragraph it belongs to. Title and
/// author are those of `docProps/core.xml`. `unreadable`, `too_large`: as `zip_archive` and `xml_part`.
expected<file_facts> write_docx(std::string_view bytes, block_writer& out);

} // namespace troupe
