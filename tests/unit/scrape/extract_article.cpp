// Text-file cases: tests/fixtures/extract/<name>.html (or .md.in, .txt) with the Markdown expected in <name>.md. Set
// TROUPE_UPDATE_FIXTURES=1 to write what comes out; read the difference before committing it.
#define CAF_SUITE extract_article

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "actors/scrape/extract/article_extractor.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

url page_url() { return *parse_url("https://example.org/docs/page.html"); }

std::string media_type_of(const fs::path& path) {
  return path.extension() == ".html" ? "text/html" : path.extension() == ".txt" ? "text/plain" : "text/markdown";
}

std::string shown(const extraction& x) {
  std::string out = "<!-- " + x.content.title + " | " + x.content.byline + " | " + x.content.published + " | "
                    + x.content.language + " -->\n";
  return out + x.content.markdown;
}

const block* first_of(const document& x, block_kind kind) {
  auto found = std::find_if(x.blocks.begin(), x.blocks.end(), [kind](const block& b) { return b.kind == kind; });
  return found == x.blocks.end() ? nullptr : &*found;
}

std::string text_of(const document& x, const block* b) {
  return b == nullptr ? std::string{} : x.text.substr(b->start, b->end - b->start);
}

} // namespace

CAF_TEST(every fixture comes out as expected) {
  auto update = std::getenv("TROUPE_UPDATE_FIXTURES") != nullptr;
  std::size_t seen = 0;
  for (auto& entry : fs::directory_iterator{fs::path{TROUPE_FIXTURES} / "extract"}) {
    auto& path = entry.path();
    if (path.extension() == ".md")
      continue;
    ++seen;
    auto wanted_path = fs::path{path}.replace_extension(".md");
    auto found = extract_article(read_file(path), media_type_of(path), page_url());
    CAF_REQUIRE(found);
    if (update)
      std::ofstream{wanted_path, std::ios::binary} << shown(*found);
    CAF_MESSAGE(path.filename().string());
    CAF_CHECK_EQUAL(shown(*found), read_file(wanted_path));
  }
  CAF_CHECK(seen >= 5);
}

CAF_TEST(code stays verbatim and terms stay with their definition) {
  auto found =
    extract_article("<main><p>A paragraph that is long enough to be read as prose, with a comma.</p>"
                    "<pre>\n  if (a &lt; b)\n    return;\n</pre><dl><dt><code>work_mem</code> (<code>integer</code>)"
                    "<dd><p>Sets the base maximum amount of memory.</p></dl></main>",
                    "text/html", page_url());
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(text_of(found->content, first_of(found->content, block_kind::code)), "  if (a < b)\n    return;");
  CAF_CHECK_EQUAL(text_of(found->content, first_of(found->content, block_kind::definition)),
                  "work_mem (integer)\nSets the base maximum amount of memory.");
}

CAF_TEST(line ends that markup names are line ends in code) {
  auto found = extract_article("<main><p>A paragraph that is long enough to be read as prose, with a comma.</p>"
                               "<pre>one&#13;two&#x0D;&#10;three&#0;</pre></main>",
                               "text/html", page_url());
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(text_of(found->content, first_of(found->content, block_kind::code)), "one\ntwo\nthree\xEF\xBF\xBD");
}

CAF_TEST(table rows are lines with cells joined by bars) {
  auto found =
    extract_article("<table><thead><tr><th>Name<th>Type</tr></thead><tr><td>size<td><p>bytes <b>only</b></table>",
                    "text/html", page_url());
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->content.text, "Name\tType\nsize\tbytes only");
}

CAF_TEST(links are resolved against base and deduplicated) {
  auto found = extract_article("<base href='/other/'><nav><a href='x.html'>In the menu</a></nav><article><p>Here is a "
                               "long enough paragraph of text, "
                               "which mentions <a href='x.html#part'>the x page</a> and <a rel='nofollow' "
                               "href='https://elsewhere.example/'>another "
                               "site</a>, and <a href='mailto:a@b.c'>mail</a>.</p></article>",
                               "text/html", page_url());
  CAF_REQUIRE(found);
  CAF_REQUIRE_EQUAL(found->links.size(), 2u);
  CAF_CHECK_EQUAL(found->links[0].url, "https://example.org/other/x.html");
  CAF_CHECK(found->links[0].in_content);
  CAF_CHECK_EQUAL(found->links[1].text, "another site");
  CAF_CHECK(found->links[1].nofollow);
  CAF_CHECK(found->links[1].context.find("long enough paragraph") != std::string::npos);
}

CAF_TEST(metadata is read from where pages put it) {
  auto found = extract_article(
    "<html lang=de-AT><head><title>Ein Titel mit Worten - Die Zeitung</title><meta name=author content='Erika Muster'>"
    "<script type='application/ld+json'>{\"datePublished\": \"2021-03-04T10:00:00Z\"}</script></head>"
    "<body><p>Ein Absatz, der lang genug ist, um als Text zu gelten.</p></body>",
    "text/html", page_url());
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->content.title, "Ein Titel mit Worten");
  CAF_CHECK_EQUAL(found->content.byline, "Erika Muster");
  CAF_CHECK_EQUAL(found->content.published, "2021-03-04");
  CAF_CHECK_EQUAL(found->content.language, "de");
}

CAF_TEST(the id is the hash of the text) {
  auto found = extract_article("abc", "text/plain", url{});
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->content.text, "abc");
  CAF_CHECK_EQUAL(found->content.id.value, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

CAF_TEST(what is no text is refused with its reason) {
  auto image = extract_article(std::string_view{"\x89PNG\r\n\x1a\n\0\0\0", 11}, "image/png", page_url());
  CAF_REQUIRE(!image);
  CAF_CHECK(image.error().code == errc::unsupported_media);
  CAF_CHECK(!image.error().advice.empty());
  std::string noise;
  for (std::uint32_t i = 0, x = 12345; i < 3000; ++i, x = x * 1664525 + 1013904223)
    noise += static_cast<char>(x >> 24);
  for (auto type : {"text/plain", "text/html", "text/markdown", ""}) {
    auto found = extract_article(noise, type, page_url());
    CAF_REQUIRE(!found);
    CAF_CHECK(found.error().code == errc::unsupported_media);
  }
  CAF_CHECK(extract_article(std::string_view{"<p>One stray\0byte is forgiven.</p>", 34}, "text/html", page_url()));
  for (std::string_view empty : {"", "  \n ", "<html><body><script>x()</script><!-- nothing --></body></html>"}) {
    auto found = extract_article(empty, "text/html", page_url());
    CAF_REQUIRE(!found);
    CAF_CHECK(found.error().code == errc::content_empty);
  }
}
