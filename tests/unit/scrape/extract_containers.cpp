// DOCX and EPUB, and the ZIP and XML under them.
#define CAF_SUITE extract_containers

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/formats/xml_part.hpp"
#include "actors/scrape/extract/formats/zip_archive.hpp"
#include "tests/fixtures/small_zip.hpp"
#include "tests/unit/scrape/outline.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

extraction read(const std::string& bytes) {
  auto x = extract_article(bytes, "application/octet-stream", *parse_url("file:///tmp/x"));
  if (!x)
    CAF_FAIL(x.error().message);
  if (auto fault = snapshot_fault(x->content); !fault.empty())
    CAF_FAIL(fault);
  return *x;
}

error failure(const std::string& bytes, const std::string& type = {}) {
  auto x = extract_article(bytes, type, *parse_url("file:///tmp/x"));
  return x ? error{} : x.error();
}

std::string p(const std::string& text, const std::string& properties = {}) {
  return "<w:p><w:pPr>" + properties + "</w:pPr><w:r><w:t xml:space=\"preserve\">" + text + "</w:t></w:r></w:p>";
}
std::string styled(const std::string& style, const std::string& text) {
  return p(text, "<w:pStyle w:val=\"" + style + "\"/>");
}
std::string item(int depth, const std::string& text) {
  return p(text, "<w:numPr><w:ilvl w:val=\"" + std::to_string(depth) + "\"/><w:numId w:val=\"5\"/></w:numPr>");
}
std::string cell(const std::string& text, const std::string& properties = {}) {
  return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + p(text) + "</w:tc>";
}
std::string docx(const std::string& body) { return small_zip(docx_parts(body)); }
std::string docx_outline(const std::string& body) { return outline(read(docx(body)).content); }

constexpr auto docx_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

} // namespace

CAF_TEST(headings of a docx come from its styles in any language) {
  auto x = read(docx(styled("berschrift1", "The &lt;owl&gt;") + styled("V1", "The owl 3") + p("It hunts.")
                     + styled("Sub", "Its ears") + styled("Z", "Silent wings.")));
  CAF_CHECK_EQUAL(outline(x.content), "h1 The <owl>\np0 It hunts.\nh2 Its ears\nq0 Silent wings.\n");
  CAF_CHECK_EQUAL(x.content.title, "Owls & mice");
  CAF_CHECK_EQUAL(x.content.byline, "A. Author");
  CAF_CHECK_EQUAL(x.media_type, docx_type);
}

CAF_TEST(lists of a docx nest and go on counting behind a paragraph) {
  auto x = read(docx(item(0, "First") + item(1, "Under it") + item(0, "Second") + p("Between.") + item(0, "Third")));
  CAF_CHECK_EQUAL(outline(x.content), "s1 First\ni2 Under it\ns1 Second\np0 Between.\ns1 Third\n");
  CAF_CHECK(x.content.markdown.find("3. Third") != std::string::npos);
}

CAF_TEST(rows of a docx table are lines and merged cells empty) {
  auto row = [](const std::string& cells) { return "<w:tr>" + cells + "</w:tr>"; };
  CAF_CHECK_EQUAL(docx_outline(p("Weights") + "<w:tbl>"
                               + row(cell("Owl", "<w:vMerge w:val=\"restart\"/>") + cell("480 g"))
                               + row(cell("ghost", "<w:vMerge/>") + cell("520 g")) + "</w:tbl>"),
                  "p0 Weights\nr0 Owl\t480 g\nr0 \t520 g\n");
  CAF_CHECK_EQUAL(docx_outline("<w:tbl>" + row(cell("A frame around text")) + "</w:tbl>"), "p0 A frame around text\n");
}

CAF_TEST(a footnote stands behind its paragraph once) {
  auto note = std::string{"<w:r><w:footnoteReference w:id=\"2\"/></w:r>"};
  CAF_CHECK_EQUAL(docx_outline("<w:p><w:r><w:t>Rare</w:t></w:r>" + note + "<w:r><w:t> here.</w:t></w:r></w:p><w:p>"
                               + note + "<w:r><w:t>Gone.</w:t></w:r></w:p>"),
                  "p0 Rare here.\np0 Seen in 1998.\np0 Gone.\n");
}

CAF_TEST(deleted and hidden text is left out and links are offered) {
  auto x = read(docx("<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
                     "<w:r><w:rPr><w:vanish/></w:rPr><w:t> secret</w:t></w:r><w:r><w:tab/><w:t>text </w:t></w:r>"
                     "<w:hyperlink r:id=\"r1\"><w:r><w:t>map</w:t></w:r></w:hyperlink></w:p>"));
  CAF_CHECK_EQUAL(x.content.text, "new text map");
  CAF_REQUIRE_EQUAL(x.links.size(), 1u);
  CAF_CHECK_EQUAL(x.links[0].url, "https://owls.example/map");
  CAF_CHECK(x.content.markdown.find("[map](https://owls.example/map)") != std::string::npos);
}

CAF_TEST(text boxes follow their paragraph and are read once) {
  CAF_CHECK_EQUAL(docx_outline("<w:p><w:r><w:t>Text.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
                               + p("In a box.") + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
                               + p("In a box.") + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"),
                  "p0 Text.\np0 In a box.\n");
}

CAF_TEST(a book is read whole in the order of its spine) {
  auto x =
    read(small_zip(epub_parts({"<h1>One</h1><p>It began.</p>", "<h1>Two</h1><ul><li>a <a "
                                                               "href=\"https://owls.example/\">link</a></li></ul>"
                                                               "<div class=\"footer\">An end.</div>"})));
  CAF_CHECK_EQUAL(outline(x.content), "h1 One\np0 It began.\nh1 Two\ni1 a link\np0 An end.\n");
  CAF_CHECK_EQUAL(x.content.title, "The owl book");
  CAF_CHECK_EQUAL(x.content.byline, "Ann One, Bob Two");
  CAF_CHECK_EQUAL(x.content.language, "en");
  CAF_CHECK_EQUAL(x.content.published, "2019-03-02");
  CAF_CHECK_EQUAL(x.media_type, "application/epub+zip");
  CAF_REQUIRE_EQUAL(x.links.size(), 1u);
  CAF_CHECK_EQUAL(x.links[0].url, "https://owls.example/");
}

CAF_TEST(a protected book says so and one with hidden fonts is read) {
  auto with = [](const std::string& algorithm) {
    auto parts = epub_parts({"<p>It began.</p>"});
    parts.emplace_back("META-INF/encryption.xml", "<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm=\""
                                                    + algorithm + "\"/></enc:EncryptedData></encryption>");
    return small_zip(parts);
  };
  auto locked = failure(with("http://www.w3.org/2001/04/xmlenc#aes128-cbc"));
  CAF_CHECK(locked.code == errc::unreadable);
  CAF_CHECK(locked.message.find("digital rights") != std::string::npos);
  CAF_CHECK_EQUAL(read(with("http://www.idpf.org/2008/embedding")).content.text, "It began.");
}

CAF_TEST(other containers are not read and damaged ones say why) {
  CAF_CHECK(failure(small_zip({{"a.txt", "text"}})).code == errc::unsupported_media);
  auto whole = docx(p("It hunts."));
  CAF_CHECK(failure(whole.substr(0, whole.size() / 2), docx_type).code == errc::unreadable);
  CAF_CHECK(failure(small_zip(docx_parts(p("It hunts.")), true, 1)).message.find("password") != std::string::npos);
  auto parts = docx_parts("<w:p>"); // never closed
  CAF_CHECK(failure(small_zip(parts)).message.find("XML") != std::string::npos);
  auto wrong = small_zip(docx_parts(p("It hunts at night.")), false);
  wrong[wrong.find("night")] = 'f';
  CAF_CHECK(failure(wrong).message.find("checksum") != std::string::npos);
}

CAF_TEST(what expands beyond bounds is refused whatever it says of itself) {
  zip_limits limits;
  limits.entry_bytes = 1000;
  limits.total_bytes = 1500;
  for (auto packed : {true, false}) {
    auto bytes =
      small_zip({{"big", std::string(1001, 'x')}, {"a", std::string(900, 'x')}, {"b", std::string(900, 'x')}}, packed);
    auto file = zip_archive::open(bytes, limits);
    CAF_REQUIRE(file);
    CAF_CHECK(file->read("big").error().code == errc::too_large);
    CAF_CHECK_EQUAL(file->read("a")->size(), 900u);
    CAF_CHECK(file->read("b").error().code == errc::too_large); // together they are too much
    CAF_CHECK(file->read("none").error().code == errc::not_found);
  }
  limits.entries = 1;
  CAF_CHECK(zip_archive::open(small_zip({{"a", ""}, {"b", ""}}), limits).error().code == errc::too_large);
  CAF_CHECK(failure(docx(std::string(70u << 20, ' '))).code == errc::too_large);
}

CAF_TEST(entities of a document type stay unexpanded and large trees are refused) {
  auto x =
    xml_part::parse("<!DOCTYPE a [<!ENTITY b \"boom\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]><a>&b;&c;&#65;</a>");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(text_below(x->root()), "&b;&c;A");
  std::string many = "<a>";
  for (int i = 0; i < 1000; ++i)
    many += "<b/>";
  CAF_CHECK(xml_part::parse(many + "</a>", 64'100));
  CAF_CHECK(xml_part::parse(many + "</a>", 60'000).error().code == errc::too_large);
  CAF_CHECK_EQUAL(text_below(xml_part::parse("<a>x&#xD800;y&#13;</a>")->root()),
                  "x\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDy\n");
}

CAF_TEST(elements nested without end are read as far as is sane) {
  std::string deep;
  for (int i = 0; i < 50'000; ++i)
    deep += "<w:ins>";
  deep += "<w:r><w:t>lost</w:t></w:r>";
  for (int i = 0; i < 50'000; ++i)
    deep += "</w:ins>";
  CAF_CHECK_EQUAL(docx_outline(p("Above.") + "<w:p>" + deep + "</w:p>" + p("Below.")), "p0 Above.\np0 Below.\n");
}
