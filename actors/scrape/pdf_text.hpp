#pragma once
#include <atomic>
#include <string>
#include <string_view>

#include "actors/scrape/child_process.hpp"
#include "actors/scrape/extract/formats/pdf_layout.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// The pages of a PDF by poppler's `pdftotext` in a limited child process. Blocking. `unreadable` with the converter's
/// reason, or naming the package when the program is missing. A page without text, such as a scan, has no lines.
/// `stop`: as in `run_child`.
expected<pdf_layout> pdf_pages(std::string_view bytes, const child_limits& limits = {},
                               const std::string& program = "pdftotext", const std::atomic<bool>* stop = nullptr);

} // namespace troupe
