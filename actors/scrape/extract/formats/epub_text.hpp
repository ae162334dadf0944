#pragma once
#include <string_view>

#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/formats/file_facts.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// The chapters of an EPUB book (EPUB 3.3, and 2) in the order of its spine, each whole; its navigation left out.
/// Title, author, date and language are those of the package. `unreadable` for a book under digital rights management,
/// else as `zip_archive` and `xml_part`. A chapter that can't be unpacked is left out while another can.
expected<file_facts> write_epub(std::string_view bytes, block_writer& out);

} // namespace troupe
