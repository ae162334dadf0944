#pragma once
/// The pages of a PDF as lines with their places, as poppler's `pdftotext -bbox-layout` gives them: in reading order,
/// column by column.

#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Places are in points from the upper left corner of the page.
struct pdf_line {
  std::string text{}; ///< words with single spaces between them, UTF-8
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
  bool begins_block = false; ///< first of a block of lines

  [[nodiscard]] double height() const noexcept { return bottom - top; }
};

struct pdf_page {
  double height = 0;
  std::vector<pdf_line> lines{}; ///< none: a picture, or empty
};

struct pdf_layout {
  std::string title{};
  std::string author{};
  std::vector<pdf_page> pages{};
};

/// Reads that XHTML. What does not look like it is passed over.
pdf_layout read_pdf_layout(std::string_view xhtml);
/// The same of plain text whose pages are parted by form feeds: lines stand where their number says.
pdf_layout read_pdf_plain(std::string_view text);

/// Takes out what repeats at the head or foot of pages: running titles, and numbers of pages (lines are the same when
/// their digits differ only).
void drop_running_lines(pdf_layout& x);

} // namespace troupe
