#pragma once
#include <atomic>
#include <string>
#include <string_view>

#include "actors/scrape/child_process.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// Plain text of a PDF (UTF-8, a blank line between paragraphs) by poppler's `pdftotext` in a limited child process.
/// Blocking. `unreadable` with the converter's reason, or naming the package when the program is missing;
/// `content_empty` for a PDF without text, such as a scan. `stop`: as in `run_child`.
expected<std::string> pdf_to_text(std::string_view bytes, const child_limits& limits = {},
                                  const std::string& program = "pdftotext", const std::atomic<bool>* stop = nullptr);

} // namespace troupe
