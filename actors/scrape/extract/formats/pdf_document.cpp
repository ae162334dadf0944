#include "actors/scrape/extract/formats/pdf_document.hpp"

#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/formats/pdf_blocks.hpp"
#include "actors/scrape/extract/language.hpp"

namespace troupe {

namespace {

/// What programs write into the title of a file that nobody gave one.
bool is_made_up(std::string_view title) {
  auto lower = lower_case(title);
  return lower.starts_with("microsoft word") || lower.starts_with("untitled") || lower.ends_with(".doc")
         || lower.ends_with(".docx") || lower.ends_with(".tex") || lower.ends_with(".dvi") || lower.ends_with(".indd");
}

} // namespace

expected<extraction> extract_pdf(pdf_layout pages) {
  drop_running_lines(pages);
  block_writer writer;
  auto outline = write_pdf_blocks(pages, writer);
  extraction result;
  writer.finish(result.content);
  auto& content = result.content;
  if (content.text.empty())
    return fail(errc::content_empty, "the PDF holds no text, only pictures", "Run text recognition (OCR) on it first.");
  auto size = static_cast<std::uint32_t>(content.text.size());
  content.pages = std::move(outline.pages);
  for (auto& x : content.pages)
    x = std::min(x, size);
  content.title = is_made_up(pages.title) || pages.title.empty() ? std::move(outline.heading) : std::move(pages.title);
  content.byline = std::move(pages.author);
  content.language = detect_language(content.text);
  result.media_type = "application/pdf";
  result.charset = "utf-8";
  return result;
}

} // namespace troupe
