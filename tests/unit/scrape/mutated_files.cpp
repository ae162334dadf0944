// Broken office files, books, tables, feeds and PDF pages: a sound snapshot or an error, whatever comes in.
#define CAF_SUITE mutated_files

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/formats/pdf_document.hpp"
#include "tests/fixtures/mutation.hpp"
#include "tests/fixtures/small_zip.hpp"
#include "tests/fixtures/snapshot_rules.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string fault_of(const expected<extraction>& x) {
  if (!x)
    return x.error().message.empty() ? "an error without a word" : "";
  for (auto& link : x->links)
    if (!parse_url(link.url))
      return "a link that is no address: " + link.url;
  return snapshot_fault(x->content);
}

/// Reads as every media type of `types` what `make` gives, `runs` times.
template <class F>
void read_all(const mutation& bad, const std::vector<std::string>& types, int runs, F make) {
  static const auto base = *parse_url("https://owls.example/a/b");
  for (int i = 0; i < runs; ++i) {
    auto bytes = make();
    for (auto& type : types)
      if (auto fault = fault_of(extract_article(bytes, type, base)); !fault.empty())
        CAF_FAIL("seed " << bad.seed() << ", run " << i << ", as " << type << ": " << fault);
  }
}

const std::string docx_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const std::string paragraph = "<w:p><w:pPr><w:pStyle w:val=\"berschrift1\"/></w:pPr><w:r><w:t>An owl</w:t></w:r></w:p>"
                              "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:tbl/></w:tc></w:tr>"
                              "</w:tbl><w:p><w:r><w:footnoteReference w:id=\"2\"/><w:t>x</w:t></w:r></w:p>";

} // namespace

CAF_TEST(containers) {
  auto docx = small_zip(docx_parts(paragraph));
  auto stored = small_zip(docx_parts(paragraph), false);
  auto book = small_zip(epub_parts({"<h1>One</h1><p>It <b>began</b>.</p>"}), false);
  mutation bad{{docx, stored, book}, {"PK\x01\x02", "PK\x05\x06", "\xFF\xFF\xFF\xFF", std::string(8, '\0'), "<w:p>"}};
  read_all(bad, {"", docx_type, "application/epub+zip"}, 2000, [&] { return bad.next(); });
}

CAF_TEST(truncated containers) {
  mutation none{{""}, {""}};
  for (auto& whole : {small_zip(docx_parts(paragraph)), small_zip(epub_parts({"<p>It began.</p>"}))}) {
    std::size_t size = 0;
    read_all(none, {"", docx_type, "application/epub+zip"}, static_cast<int>(whole.size()),
             [&] { return whole.substr(0, size++); });
  }
}

/// The container is sound, what it holds is not.
CAF_TEST(parts of containers) {
  for (auto& parts : {docx_parts(paragraph), epub_parts({"<h1>One</h1><p>It began.</p>", "<p>It ended.</p>"})})
    for (std::size_t i = 0; i < parts.size(); ++i) {
      mutation bad{{parts[i].second},
                   {"<", "</", "/>", "&#0;", "&#xDFFF;", "<![CDATA[", "<!DOCTYPE", "\xFF\xFE", "w:", "../../", "%00",
                    "%", "=\"", "<w:p>", "<w:tbl>", "<w:t>\xC3</w:t>", "\r"}};
      read_all(bad, {""}, 250, [&] {
        auto changed = parts;
        changed[i].second = bad.next();
        return small_zip(changed, false);
      });
    }
}

CAF_TEST(tables and feeds) {
  mutation bad{
    {"name,note\na,\"b \"\"c\"\"\"\r\nd;e\n", "{\"a\":[{\"b\":1.5},{\"c\":[null,true,\"\\u00e9\"]}]}",
     "<rss><channel><title>T</title><item><title>A</title><link>x</link><description>&lt;p&gt;y</description>"
     "</item></channel></rss>",
     "<feed xml:lang=\"de\"><entry><link href=\"x\"/><content type=\"xhtml\"><div>z</div></content></entry>"
     "</feed>"},
    {"\"",
     ",",
     ";",
     "\n",
     "\t",
     "|",
     "[",
     "{",
     "}",
     "\\u0000",
     "\\uD800",
     "<item>",
     "]]>",
     "<![CDATA[",
     "\xFF",
     "&#13;",
     "<pre>",
     "1e999",
     std::string(300, '['),
     std::string(300, '"')}};
  read_all(bad, {"text/csv", "application/json", "application/rss+xml", "application/atom+xml", ""}, 2000,
           [&] { return bad.next(); });
}

CAF_TEST(pages of a pdf) {
  mutation bad{
    {"<title>A</title>\n<body>\n<page width=\"600\" height=\"800\">\n<block xMin=\"1\">\n<line xMin=\"72.0\" "
     "yMin=\"10.0\" xMax=\"90.0\" yMax=\"20.0\">\n<word>medi-</word>\n</line>\n<line xMin=\"72.0\" "
     "yMin=\"30.0\" xMax=\"90.0\" yMax=\"60.0\">\n<word>terranean</word>\n<word>7</word>\n</line>\n"
     "<page width=\"600\" height=\"800\">\n<line xMin=\"72.0\" yMin=\"10.0\">\n<word>1.</word>\n"
     "<word>\xE2\x80\xA2</word>\n</line>\n"},
    {"<page height=\"-1\">\n", "</line>\n", "<line>\n", "<word>- x</word>\n", "<word>\xC2\xA0</word>\n", "1e300",
     "<word>\xC2\xAD</word>\n", "&#xD;", "<block >\n", "\f", "\xFF", "<word>2. y-</word>\n"}};
  for (int i = 0; i < 4000; ++i) {
    auto text = bad.next();
    for (auto pages : {read_pdf_layout(text), read_pdf_plain(text)}) {
      auto x = extract_pdf(pages);
      auto fault = fault_of(x);
      if (fault.empty() && x)
        for (std::size_t n = 0; n < x->content.pages.size(); ++n)
          if (x->content.pages[n] > x->content.text.size() || (n > 0 && x->content.pages[n] < x->content.pages[n - 1]))
            fault = "pages out of order";
      if (!fault.empty())
        CAF_FAIL("seed " << bad.seed() << ", run " << i << ": " << fault << " in " << text);
    }
  }
}
