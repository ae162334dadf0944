#pragma once
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "actors/scrape/child_process.hpp"
#include "actors/scrape/extract/formats/pdf_layout.hpp"
#include "protocols/error.hpp"
#include "protocols/time.hpp"

namespace troupe {

/// Numbers, from 1, of the pages without text that show a picture of more than a thumbnail's size, by poppler's
/// `pdfimages`. Blocking. Without that program none.
std::vector<std::uint32_t> scanned_pages(const pdf_layout& x, std::string_view bytes, const child_limits& limits,
                                         const std::atomic<bool>* stop = nullptr);

/// Reads the text of `pages` from their pictures (`pdftoppm` and `tesseract`, each page in children of its own) and
/// puts it where it was missing. Blocking; ends at `until` with what it has. `content_empty` naming the package when a
/// program is missing, `cancelled`; a page that can't be read stays without text.
expected<void> recognise_pages(pdf_layout& x, const std::vector<std::uint32_t>& pages, std::string_view bytes,
                               child_limits limits, const deadline& until, const std::atomic<bool>* stop = nullptr);

} // namespace troupe
