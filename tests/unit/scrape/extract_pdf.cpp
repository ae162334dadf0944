// Pages of a PDF: reading order, running lines, divided words, page numbers.
#define CAF_SUITE extract_pdf

#include "actors/scrape/extract/formats/pdf_blocks.hpp"
#include "actors/scrape/extract/formats/pdf_document.hpp"
#include "actors/scrape/pdf_text.hpp"
#include "tests/fixtures/small_pdf.hpp"
#include "tests/unit/scrape/outline.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

/// A page of lines of 10 points, below each other from `top` on, as one block.
pdf_page page_of(const std::vector<std::string>& lines, double top = 200) {
  pdf_page x{792, {}};
  for (auto& text : lines) {
    x.lines.push_back({text, 72, top, 72 + 5.0 * static_cast<double>(text.size()), top + 10, x.lines.empty()});
    top += 12;
  }
  return x;
}

pdf_line alone(const std::string& text, double top, double height = 10) {
  return {text, 72, top, 300, top + height, true};
}

extraction extracted(pdf_layout pages) {
  auto x = extract_pdf(std::move(pages));
  if (!x)
    CAF_FAIL(x.error().message);
  if (auto fault = snapshot_fault(x->content); !fault.empty())
    CAF_FAIL(fault);
  return *x;
}

std::string outlined(std::vector<pdf_page> pages) { return outline(extracted({{}, {}, std::move(pages)}).content); }

std::uint32_t page_with(const document& x, const std::string& words) {
  auto at = x.text.find(words);
  return at == x.text.npos ? UINT32_MAX : page_at(x, static_cast<std::uint32_t>(at));
}

} // namespace

CAF_TEST(words divided at the end of a line are made whole) {
  CAF_CHECK_EQUAL(outlined({page_of({"The medi-", "terranean owl is a well-known bird and not ill-", "known."})}),
                  "p0 The mediterranean owl is a well-known bird and not illknown.\n");
  CAF_CHECK_EQUAL(outlined({page_of({"A well-known owl that is a well-", "known bird of Jean-", "Paul who wrote non-",
                                     "fiction, nonfiction and non-fiction."})}),
                  "p0 A well-known owl that is a well-known bird of Jean-Paul who wrote nonfiction, nonfiction and "
                  "non-fiction.\n");
}

CAF_TEST(running titles and page numbers go and what repeats elsewhere stays) {
  std::vector<pdf_page> pages;
  for (int i = 1; i <= 4; ++i) {
    auto page = page_of({"Owls hunt.", "They hunt at night in year " + std::to_string(i) + "."}, 300);
    page.lines.insert(page.lines.begin(), alone("Owl studies", 30));
    page.lines.push_back(alone(std::to_string(i), 760));
    pages.push_back(page);
  }
  auto text = extracted({{}, {}, pages}).content.text;
  CAF_CHECK(text.find("Owl studies") == text.npos);
  CAF_CHECK(text.find("Owls hunt. They hunt at night in year 1.") != text.npos);
  CAF_CHECK(text.find("year 4.") != text.npos);
  CAF_CHECK(text.find("\n4") == text.npos);
}

CAF_TEST(a line at the head of one page alone is text) {
  auto first = page_of({"They hunt at night."}, 300);
  first.lines.insert(first.lines.begin(), alone("12", 30));
  first.lines.insert(first.lines.begin(), alone("An owl handbook", 20));
  auto x = outlined({first, page_of({"By day they sleep."}, 300)});
  CAF_CHECK_EQUAL(x, "p0 An owl handbook\np0 12\np0 They hunt at night.\np0 By day they sleep.\n");
}

CAF_TEST(lines of larger type are headings by their size) {
  auto page = page_of({"They hunt at night, as long as there is something to hunt."}, 300);
  page.lines.insert(page.lines.begin(), alone("Hunting", 270, 14));
  page.lines.insert(page.lines.begin(), {"of the north", 72, 226, 300, 246, false});
  page.lines.insert(page.lines.begin(), alone("Owls", 202, 20));
  auto x = extracted({{}, {}, {page}});
  CAF_CHECK_EQUAL(outline(x.content),
                  "h1 Owls of the north\nh2 Hunting\np0 They hunt at night, as long as there is something to hunt.\n");
  CAF_CHECK_EQUAL(x.content.title, "Owls of the north");
}

CAF_TEST(a paragraph goes on over a page and keeps both numbers) {
  pdf_layout pages{
    "Owls & mice",
    "A. Author",
    {page_of({"One.", "They hunt over the open"}), page_of({}), page_of({"fields of the north.", "Then they sleep."})}};
  auto x = extracted(pages).content;
  CAF_CHECK(x.text.find("over the open fields of the north.") != x.text.npos);
  CAF_REQUIRE_EQUAL(x.pages.size(), 3u);
  CAF_CHECK_EQUAL(page_with(x, "They hunt"), 1u);
  CAF_CHECK_EQUAL(page_with(x, "fields"), 3u);
  CAF_CHECK_EQUAL(page_with(x, "Then they"), 3u);
  CAF_CHECK_EQUAL(page_at(document{}, 5), 0u);
  CAF_CHECK_EQUAL(x.title, "Owls & mice");
  CAF_CHECK_EQUAL(x.byline, "A. Author");
}

CAF_TEST(lists of a pdf are items) {
  CAF_CHECK_EQUAL(
    outlined({page_of({"Owls eat:", "\xE2\x80\xA2 mice, which they", "catch at night", "\xE2\x80\xA2 voles"})}),
    "p0 Owls eat:\ni1 mice, which they catch at night\ni1 voles\n");
}

CAF_TEST(a title that a program made up is not taken) {
  CAF_CHECK_EQUAL(extracted({"Microsoft Word - owl.doc", {}, {page_of({"They hunt."})}}).content.title, "They hunt.");
}

CAF_TEST(joined letters are parted and broken lines of the converter passed over) {
  auto x = read_pdf_layout(
    "<title>A &amp; B</title>\n<body>\n<page width=\"1\" height=\"nan\">\n<word>lost\n<line xMin=\"1\">\n"
    "<word>\xEF\xAC\x81nd &lt;\xEF\xAC\x84\xFF</word>\n</line>\n<line xMin=\"e\"></line>\n");
  CAF_CHECK_EQUAL(x.title, "A & B");
  CAF_REQUIRE_EQUAL(x.pages.size(), 1u);
  CAF_REQUIRE_EQUAL(x.pages[0].lines.size(), 1u);
  CAF_CHECK_EQUAL(x.pages[0].lines[0].text, "find <ffl\xEF\xBF\xBD");
}

CAF_TEST(a book too long for places is read by its form feeds) {
  auto x = read_pdf_plain("One.\nTwo.\n\nThree.\n\f\fFour.\n\f");
  CAF_REQUIRE_EQUAL(x.pages.size(), 3u);
  auto content = extracted(x).content;
  CAF_CHECK_EQUAL(outline(content), "p0 One. Two.\np0 Three.\np0 Four.\n");
  CAF_CHECK_EQUAL(page_with(content, "Four"), 3u);
  child_limits narrow;
  narrow.output = 2000; // less than its places take
  auto pages = pdf_pages(small_pdf({{{"Two words"}}, {{"and more of them"}}}), narrow);
  CAF_REQUIRE(pages);
  CAF_REQUIRE_EQUAL(pages->pages.size(), 2u);
  CAF_CHECK_EQUAL(pages->pages[1].lines[0].text, "and more of them");
}

CAF_TEST(columns are read one after the other) {
  std::vector<pdf_words> words;
  for (int i = 0; i < 12; ++i) {
    words.push_back({"left column line of text", 11, 72, 600 - 13 * i});
    words.push_back({"right column line of text", 11, 330, 600 - 13 * i});
  }
  auto pages = pdf_pages(small_pdf({words}, "/Title (Two columns) /Author (A & B)"));
  CAF_REQUIRE(pages);
  auto x = extracted(*pages).content;
  CAF_CHECK(x.text.rfind("left") < x.text.find("right"));
  CAF_CHECK_EQUAL(x.title, "Two columns");
  CAF_CHECK_EQUAL(x.byline, "A & B");
}
