#include "actors/scrape/pdf_text.hpp"

#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

/// First line of what the converter said, without its prefix.
std::string reason_of(const child_result& x) {
  if (x.status > 128)
    return "the converter was stopped (signal " + std::to_string(x.status - 128)
           + "), probably for want of memory or time";
  auto line = trim(std::string_view{x.complaint}.substr(0, x.complaint.find('\n')));
  if (line.empty())
    return "the converter ended with status " + std::to_string(x.status);
  if (line.find("ncorrect password") != line.npos || line.find("ncrypted") != line.npos)
    return "it is protected by a password";
  return std::string{clip(line, 200)};
}

} // namespace

expected<std::string> pdf_to_text(std::string_view bytes, const child_limits& limits, const std::string& program,
                                  const std::atomic<bool>* stop) {
  auto ran = run_child({program, "-q", "-enc", "UTF-8", "-eol", "unix", "-nopgbrk", "-", "-"}, bytes, limits, stop);
  if (!ran) {
    if (ran.error().code == errc::not_found)
      return fail(errc::unreadable, "PDF files are read with " + program + ", which is not installed",
                  "Install the package poppler-utils.");
    return tl::make_unexpected(ran.error());
  }
  if (ran->status != 0)
    return fail(errc::unreadable, "the PDF can't be read: " + reason_of(*ran),
                "Open it in a PDF viewer to see whether it is damaged or protected.");
  if (trim(ran->output).empty())
    return fail(errc::content_empty, "the PDF holds no text, only pictures", "Run text recognition (OCR) on it first.");
  return std::move(ran->output);
}

} // namespace troupe
