// Reports as HTML pages and on terminals: complete, escaped, within their width.
#define CAF_SUITE render

#include "actors/research/render.hpp"

#include "actors/research/report_text.hpp"
#include "actors/research/write.hpp"

#include <sstream>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

report sample() {
  report x;
  x.writer = "extractive";
  x.markdown =
    "# A <b>question</b>?\n\nA long first claim about lamps that is certainly wider than forty columns of any "
    "terminal [1]. The threshold is [2]:\n\n```\na = b * [2]\n```\n\n- **one**: first thing [1]\n- second [2]\n\n"
    "<img src=x onerror=alert(1)> and [bad](javascript:alert(1)) text \\[1\\].\n\n## Sources\n\nlist\n";
  x.sources.push_back(
    {1, "file:///docs/lamp.html", "Lamps <i>\x1b[31m", timestamp{} + std::chrono::hours{490000}, document_id{"ab12"}});
  x.citations.push_back({1, 1, document_id{"ab12"}, "about \"lamps\" & <script>", 4, 20, true});
  x.citations.push_back({2, 1, document_id{"ab12"}, "a = b", 30, 35, true});
  return x;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

CAF_TEST(the page stands alone and holds nothing executable) {
  research_row row;
  row.id = research_id{"r_1"};
  row.request.question = "</title><script>alert(1)</script>";
  auto html = render_html(row, sample(), "/api/v1/research/r_1/sources/");
  CAF_CHECK(html.starts_with("<!doctype html>"));
  CAF_CHECK(!holds(html, "<script"));
  CAF_CHECK(!holds(html, "<img"));
  CAF_CHECK(!holds(html, "href=\"javascript"));
  CAF_CHECK(!holds(html, "<i>"));
  CAF_CHECK(!holds(html, "\x1b"));
  CAF_CHECK(holds(html, "prefers-color-scheme:dark"));
  CAF_CHECK(holds(html, "&quot;lamps&quot; &amp; &lt;script&gt;"));
}

CAF_TEST(marks link to their quotes and quotes to the source text) {
  auto html = render_html({}, sample(), "/api/v1/research/r_1/sources/");
  CAF_CHECK(holds(html, "<a class=\"mark\" href=\"#citation-1\">[1]</a>"));
  CAF_CHECK(holds(html, "<blockquote id=\"citation-2\">"));
  CAF_CHECK(holds(html, "href=\"/api/v1/research/r_1/sources/1/text#:~:text=a%20%3D%20b\""));
  CAF_CHECK(holds(html, "a = b * [2]")); // code is left alone
  CAF_CHECK(!holds(render_html({}, sample(), ""), "in the source text"));
}

CAF_TEST(only marks of citations become links) {
  auto x = sample();
  CAF_CHECK_EQUAL(link_marks("a [1] b [3] c \\[1\\] [x]", x), "a [[1]](#citation-1) b [3] c \\[1\\] [x]");
  CAF_CHECK_EQUAL(link_marks("```\n[1]\n```\n[2]", x), "```\n[1]\n```\n[[2]](#citation-2)");
}

CAF_TEST(a terminal gets its width and no control characters) {
  auto text = render_terminal({}, sample(), 60, false);
  CAF_MESSAGE(text);
  std::istringstream lines{text};
  std::string line;
  while (std::getline(lines, line)) {
    auto columns = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    CAF_CHECK(columns <= 60);
  }
  CAF_CHECK(!holds(text, "\x1b"));
  CAF_CHECK(holds(text, "────"));
  CAF_CHECK(holds(text, "    a = b * [2]"));
  CAF_CHECK(holds(text, "• one: first thing [1]"));
  CAF_CHECK(holds(text, "Sources\n[1] "));
  CAF_CHECK(holds(text, "lamp.html"));
  CAF_CHECK(holds(render_terminal({}, sample(), 60, true), "\x1b[1m"));
}

CAF_TEST(page text as Markdown shows that text) {
  CAF_CHECK_EQUAL(escape_markdown("autovacuum_vacuum_threshold * 2"), "autovacuum_vacuum_threshold * 2");
  CAF_CHECK_EQUAL(escape_markdown("_a_ *b* `c` [d] <e>"), "\\_a\\_ \\*b\\* \\`c\\` \\[d\\] \\<e>");
  CAF_CHECK_EQUAL(escape_markdown("# no heading"), "\\# no heading");
  CAF_CHECK_EQUAL(escape_markdown("12. no list"), "12\\. no list");
  CAF_CHECK_EQUAL(escape_markdown("12) no list"), "12\\) no list");
  for (std::string hostile : {"12.", "1.\tx", "1.\nx", "999999999. x"}) // nothing may stand behind it yet
    CAF_CHECK(escape_markdown(hostile).find("\\.") != std::string::npos);
  for (std::string number : {"55.4. Streaming", "3.14 is pi", "1.x", "2024.", "v1. x"})
    CAF_CHECK_EQUAL(escape_markdown("in " + number), "in " + number);
  for (std::string number : {"55.4. Streaming", "3.14 is pi", "1.x", "7)x"})
    CAF_CHECK_EQUAL(escape_markdown(number), number);
  CAF_CHECK_EQUAL(escape_markdown("a\nb &amp; c"), "a b \\&amp; c");
}

CAF_TEST(a report is cut before its headings) {
  auto pieces = report_pieces("# q\n\na\n\n## b\n\nc\n\n## d\n\ne\n", 2);
  CAF_REQUIRE_EQUAL(pieces.size(), 2u);
  CAF_CHECK_EQUAL(pieces[0] + pieces[1], "# q\n\na\n\n## b\n\nc\n\n## d\n\ne\n");
  CAF_CHECK(pieces[1].starts_with("## b"));
}
