#include "actors/scrape/pdf_pictures.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::uint64_t smallest_picture = 300 * 300; ///< pixels: less holds no text worth the work
constexpr std::size_t most_scans = 500;
constexpr std::chrono::seconds longest_page{30};
constexpr const char* dots_per_inch = "200";

/// The first four columns of a line of `pdfimages -list`: page, number, type, width; then height.
struct picture {
  std::uint32_t page = 0;
  std::uint64_t pixels = 0;
};

picture picture_of(std::string_view line) {
  std::array<std::string_view, 5> columns;
  for (auto& column : columns) {
    line = trim(line);
    column = line.substr(0, line.find(' '));
    line.remove_prefix(column.size());
  }
  auto number = [](std::string_view x) {
    std::uint32_t n = 0;
    std::from_chars(x.data(), x.data() + x.size(), n);
    return n;
  };
  return {number(columns[0]), std::uint64_t{number(columns[3])} * number(columns[4])};
}

tl::unexpected<error> missing(const std::string& program, const std::string& package) {
  return fail(errc::content_empty,
              "the PDF holds only pictures, and they are read with " + program + ", which is not installed",
              "Install the package " + package + ".");
}

/// The text on one page; empty when it can't be had.
expected<std::string> recognised(std::uint32_t page, std::string_view bytes, const child_limits& limits,
                                 const std::atomic<bool>* stop) {
  auto n = std::to_string(page);
  auto picture =
    run_child({"pdftoppm", "-q", "-gray", "-r", dots_per_inch, "-f", n, "-l", n, "-"}, bytes, limits, stop);
  if (!picture && picture.error().code == errc::not_found)
    return missing("pdftoppm", "poppler-utils");
  if (!picture || picture->status != 0)
    return picture || picture.error().code != errc::cancelled ? expected<std::string>{std::string{}}
                                                              : tl::make_unexpected(picture.error());
  auto text = run_child({"tesseract", "stdin", "stdout"}, picture->output, limits, stop);
  if (!text && text.error().code == errc::not_found)
    return missing("tesseract", "tesseract-ocr");
  if (!text && text.error().code == errc::cancelled)
    return tl::make_unexpected(text.error());
  return text && text->status == 0 ? std::move(text->output) : std::string{};
}

} // namespace

std::vector<std::uint32_t> scanned_pages(const pdf_layout& x, std::string_view bytes, const child_limits& limits,
                                         const std::atomic<bool>* stop) {
  if (std::none_of(x.pages.begin(), x.pages.end(), [](const pdf_page& page) { return page.lines.empty(); }))
    return {};
  auto listed = run_child({"pdfimages", "-list", "-"}, bytes, limits, stop);
  if (!listed)
    return {};
  std::set<std::uint32_t> pages;
  std::string_view rest = listed->output;
  while (!rest.empty() && pages.size() < most_scans) {
    auto end = std::min(rest.find('\n'), rest.size());
    auto found = picture_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (found.page > 0 && found.page <= x.pages.size() && found.pixels >= smallest_picture
        && x.pages[found.page - 1].lines.empty())
      pages.insert(found.page);
  }
  return {pages.begin(), pages.end()};
}

expected<void> recognise_pages(pdf_layout& x, const std::vector<std::uint32_t>& pages, std::string_view bytes,
                               child_limits limits, const deadline& until, const std::atomic<bool>* stop) {
  for (auto page : pages) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until.left());
    if (left.count() <= 0)
      break;
    limits.wall = std::min<std::chrono::milliseconds>(left, longest_page);
    auto text = recognised(page, bytes, limits, stop);
    if (!text)
      return tl::make_unexpected(text.error());
    if (auto read = read_pdf_plain(*text); !read.pages.empty())
      x.pages[page - 1] = std::move(read.pages[0]);
  }
  return {};
}

} // namespace troupe
