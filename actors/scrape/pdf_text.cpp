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

expected<std::string> converted(const std::vector<std::string>& arguments, std::string_view bytes,
                                const child_limits& limits, const std::atomic<bool>* stop) {
  auto ran = run_child(arguments, bytes, limits, stop);
  if (!ran && ran.error().code == errc::not_found)
    return fail(errc::unreadable, "PDF files are read with " + arguments[0] + ", which is not installed",
                "Install the package poppler-utils.");
  if (!ran)
    return tl::make_unexpected(ran.error());
  if (ran->status != 0)
    return fail(errc::unreadable, "the PDF can't be read: " + reason_of(*ran),
                "Open it in a PDF viewer to see whether it is damaged or protected.");
  return std::move(ran->output);
}

} // namespace

expected<pdf_layout> pdf_pages(std::string_view bytes, const child_limits& limits, const std::string& program,
                               const std::atomic<bool>* stop) {
  auto placed = converted({program, "-q", "-enc", "UTF-8", "-bbox-layout", "-", "-"}, bytes, limits, stop);
  if (placed)
    return read_pdf_layout(*placed);
  if (placed.error().code != errc::too_large)
    return tl::make_unexpected(placed.error());
  // Places take twenty times the room of the words: a very long book is read without them.
  auto plain = converted({program, "-q", "-enc", "UTF-8", "-eol", "unix", "-", "-"}, bytes, limits, stop);
  if (!plain)
    return tl::make_unexpected(plain.error());
  return read_pdf_plain(*plain);
}

} // namespace troupe
