// Input that wants to hurt: whatever comes in, the answer is a sound snapshot or an error.
#define CAF_SUITE extract_hostile

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <sstream>

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/html_tree.hpp"
#include "tests/fixtures/snapshot_rules.hpp"
#include "tests/fixtures/test_data.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
namespace fs = std::filesystem;

namespace {

url page_url() { return *parse_url("https://example.org/docs/page.html"); }

std::string repeated(std::string_view x, std::size_t n) {
  std::string out;
  out.reserve(x.size() * n);
  while (n-- > 0)
    out += x;
  return out;
}

/// Empty when the page came out sound or was refused.
std::string fault_of(std::string_view bytes, std::string_view media_type = "text/html") {
  auto found = extract_article(bytes, media_type, page_url());
  if (!found)
    return found.error().message.empty() ? "an error without a message" : "";
  return snapshot_fault(found->content);
}

std::size_t depth_of(const html_tree& tree) {
  std::vector<std::size_t> depth(tree.size(), 1);
  for (std::uint32_t i = 1; i < tree.size(); ++i)
    depth[i] = depth[tree[i].parent] + 1;
  return *std::max_element(depth.begin(), depth.end());
}

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

} // namespace

CAF_TEST(deep nesting is flattened and its text kept) {
  for (std::string_view name : {"div", "b", "span class=x", "table><tr><td", "ul><li", "a href=x", "p", "em",
                                "blockquote", "button", "h1", "dl><dd", "form", "math><mi", "article"}) {
    auto page = repeated("<" + std::string{name} + ">", 20000) + "the text at the bottom of it all";
    CAF_MESSAGE(name);
    CAF_CHECK(depth_of(html_tree::parse(page)) <= 520);
    auto found = extract_article(page, "text/html", page_url());
    CAF_REQUIRE(found);
    CAF_CHECK(found->content.text.find("the text at the bottom") != std::string::npos);
    CAF_CHECK_EQUAL(snapshot_fault(found->content), "");
  }
}

CAF_TEST(big and broken pages end soundly) {
  auto mega = std::size_t{1} << 20;
  CAF_CHECK_EQUAL(fault_of(repeated("<", 5 * mega)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("</", 2 * mega)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<!--", mega)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<script>", mega)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<svg><select>", mega / 4)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("&", 2 * mega)), "");
  CAF_CHECK_EQUAL(fault_of("<p title=\"" + repeated("x", 5 * mega) + "\">text that is here"), "");
  CAF_CHECK_EQUAL(fault_of("<p " + repeated("a=b ", mega) + ">text that is here"), "");
  CAF_CHECK_EQUAL(fault_of("<p " + repeated("class=b ", mega / 2) + ">text that is here"), "");
  CAF_CHECK_EQUAL(fault_of("<p class='" + repeated("share-me ", mega / 2) + "'>text that is here"), "");
  CAF_CHECK_EQUAL(fault_of("<table>" + repeated("<tr><td>1<td>2", 100000) + "</table>"), "");
  CAF_CHECK_EQUAL(fault_of("<table>" + repeated("x<b>y<tr>", 50000)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<a href=x>a</a> ", 100000)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<p>x</b></i></a></font>", 100000)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<b><p>", 50000) + "text"), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<a><table><tr><td>", 20000) + "text"), "");
  CAF_CHECK_EQUAL(fault_of(repeated("<dl><dt>a<dt>b", 30000)), "");
  CAF_CHECK_EQUAL(fault_of("<div" + repeated(" class='", mega)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("\xF0", mega)), "");
  CAF_CHECK_EQUAL(fault_of(repeated("word ", mega)), "");
}

CAF_TEST(hostile markdown and text end soundly) {
  auto mega = std::size_t{1} << 20;
  for (auto type : {"text/markdown", "text/plain", "text/x-rst"})
    for (std::string_view piece :
         {">",        "> ",    "- ",    "1. ",    "[",       "![",      "*",           "_a ",
          "`",        "<",     "    ",  "\t",     "#",       "|",       "a|b\n-|-\n",  "- a\n",
          ">a\n\n",   "[a](b", "&#",    "***a",   "~~~\n",   "\n",      "x\n\n",       "[a]: b\n",
          ".. a::\n", "``a ",  ":a:`b", "a\n=\n", "== ==\n", "a::\n\n", "1) a\n2) b\n"}) {
      CAF_MESSAGE(piece);
      CAF_CHECK_EQUAL(fault_of(repeated(piece, mega / (piece.size() * 4)), type), "");
    }
}

CAF_TEST(links of a page are bounded) {
  std::string page = "<main><p>A paragraph that is long enough to be text, with many links in it: ";
  for (int i = 0; i < 20000; ++i)
    page += "<a href=/p" + std::to_string(i) + ">" + repeated("very long anchor text ", 30) + "</a>";
  auto found = extract_article(page, "text/html", page_url());
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->links.size(), 5000u);
  for (auto& x : found->links)
    CAF_CHECK(x.text.size() <= 256 && x.context.size() <= 512);
}

CAF_TEST(mutated pages end soundly) {
  std::vector<std::string> pages;
  for (auto& entry : fs::directory_iterator{fs::path{TROUPE_FIXTURES} / "extract"})
    pages.push_back(read_file(entry.path()));
  std::sort(pages.begin(), pages.end());
  auto seed = std::random_device{}();
  CAF_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  auto below = [&random](std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random); };
  constexpr std::string_view pieces[] = {"<",         ">",     "\"",   "'",        "</",    "<!--",     "-->",
                                         "<table>",   "<td>",  "</p>", "&",        "\0",    "\xFF",     "<script>",
                                         "</script>", "<svg>", "<li>", "<a href=", "<pre>", "<select>", "<title>"};
  for (int round = 0; round < 400; ++round) {
    auto page = pages[below(pages.size())];
    for (auto changes = below(12); changes-- > 0 && !page.empty();) {
      auto at = below(page.size());
      auto piece = pieces[below(std::size(pieces))];
      switch (below(4)) {
      case 0:
        page.erase(at, below(40));
        break;
      case 1:
        page.insert(at, piece);
        break;
      case 2:
        page[at] = static_cast<char>(below(256));
        break;
      default:
        page.insert(at, page.substr(below(page.size()), below(200)));
      }
    }
    for (auto type : {"text/html", "text/markdown", "text/plain", "text/x-rst", ""}) {
      auto fault = fault_of(page, type);
      if (!fault.empty())
        CAF_FAIL("seed " << seed << " round " << round << " as " << type << ": " << fault);
    }
  }
}

CAF_TEST(the html5lib tree construction inputs end soundly) {
  auto folder = test_data("html5lib");
  if (folder.empty())
    return;
  std::size_t inputs = 0;
  for (auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() != ".dat")
      continue;
    auto all = read_file(entry.path());
    for (std::size_t at = 0; (at = all.find("#data\n", at)) != all.npos;) {
      at += 6;
      auto end = std::min(all.find("\n#errors", at), all.size());
      ++inputs;
      auto fault = fault_of(std::string_view{all}.substr(at, end - at));
      if (!fault.empty())
        CAF_FAIL(entry.path().filename().string() << ": " << all.substr(at, end - at) << ": " << fault);
    }
  }
  CAF_CHECK(inputs > 1000);
}

CAF_TEST(declared articles hide nothing that pages may not hold) {
  std::string body = repeated("A sentence of the story, with a mark\\u0000 in it\\u0007 and a line end.\\n", 30);
  auto page = "<script type='application/ld+json'>{\"@type\": \"Article\", \"headline\": \"H\\u0000 &#0; \\u0001\", "
              "\"author\": \"A\\u0000\", \"articleBody\": \""
              + body + "\"}</script><p>Short text of the page itself, which is no more than this.</p>";
  auto found = extract_article(page, "text/html", page_url());
  CAF_REQUIRE(found);
  CAF_CHECK(found->content.text.starts_with("A sentence of the story"));
  CAF_CHECK_EQUAL(snapshot_fault(found->content), "");
  for (auto& x : {found->content.text, found->content.title, found->content.byline})
    CAF_CHECK(x.find('\0') == std::string::npos && x.find('\1') == std::string::npos);
  auto many = repeated(page, 40) + repeated("<script type=application/ld+json>{", 5000)
              + repeated("<script type=application/ld+json>" + repeated("[", 3000) + "</script>", 20);
  CAF_CHECK_EQUAL(fault_of(many), "");
}

CAF_TEST(nested candidates for a lead are looked at in bounded time) {
  std::string said = "A sentence that the page gives as its description, word for word.";
  for (std::string_view open : {"<span class=lead>", "<div class=lead>", "<p class=lead><b>"})
    CAF_CHECK_EQUAL(fault_of("<meta name=description content='" + said + "'><h1>Heading</h1>" + repeated(open, 400)
                             + said + repeated("<i></i>", 100000)),
                    "");
}
