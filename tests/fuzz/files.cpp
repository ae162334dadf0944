// Office files, books, tables, feeds, and the pages a PDF's converter gives: a sound snapshot or an error.
#include <array>

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/formats/pdf_document.hpp"
#include "tests/fixtures/small_zip.hpp"
#include "tests/fixtures/snapshot_rules.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

namespace {

void must_be_sound(const expected<extraction>& x) {
  if (!x) {
    must_hold(!x.error().message.empty(), "an error without a word");
    return;
  }
  auto fault = snapshot_fault(x->content);
  must_hold(fault.empty(), fault);
  for (const auto& link : x->links)
    must_hold(parse_url(link.url).has_value(), "a link that is no address: " + link.url);
  std::uint32_t last = 0;
  for (auto at : x->content.pages) {
    must_hold(at >= last && at <= x->content.text.size(), "pages out of order");
    last = at;
  }
}

/// A sound container around one part that is not.
std::string around(zip_parts parts, std::size_t which, std::string_view content) {
  parts[which % parts.size()].second = content;
  return small_zip(parts, false);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array kinds{"text/csv", "application/json", "application/rss+xml",
                                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                    "application/epub+zip"};
  static const auto base = *parse_url("http://a.example/docs/page.html?x=1");
  static const auto docx = docx_parts("<w:p><w:r><w:t>x</w:t></w:r></w:p>");
  static const auto book = epub_parts({"<p>x</p>", "<p>y</p>"});
  fuzz_input in{data, size};
  auto what = in.choice(kinds.size() + 4);
  if (what < kinds.size()) {
    must_be_sound(extract_article(in.rest(), kinds[what], base));
  } else if (what == kinds.size()) {
    must_be_sound(extract_pdf(read_pdf_layout(in.rest())));
  } else if (what == kinds.size() + 1) {
    must_be_sound(extract_pdf(read_pdf_plain(in.rest())));
  } else {
    auto& parts = what == kinds.size() + 2 ? docx : book;
    auto which = in.choice(parts.size());
    must_be_sound(extract_article(around(parts, which, in.rest()), "", base));
  }
  return 0;
}
