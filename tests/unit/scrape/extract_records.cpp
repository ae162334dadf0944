// CSV, JSON and feeds.
#define CAF_SUITE extract_records

#include "actors/scrape/extract/article_extractor.hpp"
#include "tests/unit/scrape/outline.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

extraction read(std::string_view bytes, std::string_view type) {
  auto x = extract_article(bytes, type, *parse_url("https://owls.example/feed/"));
  if (!x)
    CAF_FAIL(x.error().message);
  if (auto fault = snapshot_fault(x->content); !fault.empty())
    CAF_FAIL(fault);
  return *x;
}

std::string csv(std::string_view text) { return outline(read(text, "text/csv").content); }
std::string json(std::string_view text) { return outline(read(text, "application/json").content); }

error failure(std::string_view bytes, std::string_view type) {
  auto x = extract_article(bytes, type, *parse_url("https://owls.example/feed/"));
  return x ? error{} : x.error();
}

} // namespace

CAF_TEST(rows of csv are rows of a table) {
  CAF_CHECK_EQUAL(csv("name,weight (g),note\r\nBarn owl,480,\r\n\"Owl, eagle\",2700,\"says \"\"hu\"\"\"\r\n"),
                  "r0 name\tweight (g)\tnote\nr0 Barn owl\t480\nr0 Owl, eagle\t2700\tsays \"hu\"\n");
}

CAF_TEST(one row is enough) {
  CAF_CHECK_EQUAL(csv("1;2\n3;4\n"), "r0 1\t2\nr0 3\t4\n");
  CAF_CHECK_EQUAL(csv("name,name\na,b\n"), "r0 name\tname\nr0 a\tb\n");
  CAF_CHECK_EQUAL(csv("only,names\n"), "r0 only\tnames\n");
}

CAF_TEST(the delimiter is the one that parts rows evenly) {
  CAF_CHECK_EQUAL(csv("owl;a, b\nbat;c\n"), "r0 owl\ta, b\nr0 bat\tc\n");
  CAF_CHECK_EQUAL(csv("owl\ta,b\nbat\tc\n"), "r0 owl\ta,b\nr0 bat\tc\n");
  CAF_CHECK_EQUAL(csv("owl|wing\nbat|c;d\n"), "r0 owl\twing\nr0 bat\tc;d\n");
}

CAF_TEST(quoted fields hold line ends and an open quote ends with the text) {
  CAF_CHECK_EQUAL(csv("k,v\na,\"one\ntwo\"\n"), "r0 k\tv\nr0 a\tone two\n");
  CAF_CHECK_EQUAL(csv("k,v\na,\"one,\ntwo"), "r0 k\tv\nr0 a\tone, two\n");
}

CAF_TEST(a table of one long row and many short ones is bounded) {
  std::string wide;
  for (int i = 0; i < 1000; ++i)
    wide += "x,";
  auto x = read(wide + "\n" + wide, "text/csv");
  CAF_CHECK_EQUAL(x.content.blocks.size(), 2u);
  CAF_CHECK_EQUAL(std::count(x.content.text.begin(), x.content.text.end(), 'x'), 512);
}

CAF_TEST(json reads as keys and values) {
  auto x = read(R"({"title":"Owls","size":{"length":0.35,"wings":[0.8,0.95]},"extinct":false,"note":null,"empty":""})",
                "application/json");
  CAF_CHECK_EQUAL(outline(x.content),
                  "p0 title: Owls\np0 size > length: 0.35\np0 size > wings: 0.8, 0.95\np0 extinct: false\n");
  CAF_CHECK_EQUAL(x.content.title, "Owls");
}

CAF_TEST(records are rows below their keys) {
  CAF_CHECK_EQUAL(
    json(R"({"birds":[{"name":"Barn owl","at":{"city":"Graz"}},{"name":"Eagle owl","years":[2019,2020]}]})"),
    "h2 birds\nr0 name\tat > city\tyears\nr0 Barn owl\tGraz\nr0 Eagle owl\t\t2019, 2020\n");
  CAF_CHECK_EQUAL(json(R"([{"a":1},{"a":2}])"), "r0 a\nr0 1\nr0 2\n");
  CAF_CHECK_EQUAL(json(R"([[1,2],["x",{"k":"v"}]])"), "p0 1, 2\np0 x\np0 k: v\n");
  CAF_CHECK_EQUAL(read(R"({"a":1})", "application/ld+json").media_type, "application/json");
}

CAF_TEST(records of long texts are sections) {
  std::string text(261, 'x');
  text[60] = ' ';
  CAF_CHECK_EQUAL(json("[{\"title\":\"A\",\"body\":\"" + text + "\"},{\"body\":\"b\"}]"),
                  "h3 A\np0 title: A\nh4 body\np0 " + text + "\np0 body: b\n");
}

CAF_TEST(broken and bottomless json is refused) {
  CAF_CHECK(failure("{\"a\":", "application/json").code == errc::unreadable);
  CAF_CHECK(failure(std::string(100'000, '['), "application/json").code == errc::unreadable);
  CAF_CHECK(failure("{}", "application/json").code == errc::content_empty);
  CAF_CHECK(failure("\"" + std::string(11u << 20, 'x') + "\"", "application/json").code == errc::too_large);
  CAF_CHECK_EQUAL(json("{\"a\":\"x\\u0000y\\rz\"}"), "p0 a: xy z\n");
}

CAF_TEST(an rss feed is a section for each entry) {
  auto x = read("<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"c\"><channel><title>Owl news</title>"
                "<language>en-us</language><item><title>Eggs &amp;amp; nests</title><link>/2024/eggs</link>"
                "<pubDate>Sat, 01 Jun 2024 08:00:00 GMT</pubDate><description>Short.</description><content:encoded>"
                "<![CDATA[<p>The <b>first</b> egg.</p><ul><li>One <a href=\"more\">more</a></li></ul>"
                "<script>no()</script>]]></content:encoded></item><item><description>No title.</description></item>"
                "</channel></rss>",
                "application/rss+xml");
  CAF_CHECK_EQUAL(outline(x.content),
                  "h1 Owl news\nh2 Eggs & nests\np0 2024-06-01\np0 The first egg.\ni1 One more\np0 No title.\n");
  CAF_CHECK_EQUAL(x.content.title, "Owl news");
  CAF_CHECK_EQUAL(x.content.language, "en");
  CAF_REQUIRE_EQUAL(x.links.size(), 2u);
  CAF_CHECK_EQUAL(x.links[0].url, "https://owls.example/2024/eggs");
  CAF_CHECK_EQUAL(x.links[0].text, "Eggs & nests");
  CAF_CHECK_EQUAL(x.links[1].url, "https://owls.example/2024/more");
}

CAF_TEST(atom feeds are read in any of their three forms) {
  auto x =
    read("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"de\"><title>Eulen</title><entry><title>A</title>"
         "<link rel=\"self\" href=\"https://owls.example/a.atom\"/><link href=\"https://owls.example/a\"/>"
         "<updated>2023-05-06T07:08:09Z</updated><author><name>Ann</name></author><content type=\"xhtml\"><div>"
         "<p>Inline <em>one</em> <em>two</em>.</p></div></content></entry><entry><title>B</title>"
         "<content type=\"html\">&lt;p&gt;Escaped.&lt;/p&gt;</content></entry><entry><title>C</title>"
         "<summary>Plain.</summary></entry></feed>",
         "text/xml");
  CAF_CHECK_EQUAL(outline(x.content),
                  "h1 Eulen\nh2 A\np0 2023-05-06, Ann\np0 Inline one two.\nh2 B\np0 Escaped.\nh2 C\np0 Plain.\n");
  CAF_CHECK_EQUAL(x.content.language, "de");
  CAF_REQUIRE_EQUAL(x.links.size(), 1u);
  CAF_CHECK_EQUAL(x.links[0].url, "https://owls.example/a");
  CAF_CHECK_EQUAL(x.media_type, "application/rss+xml");
}

CAF_TEST(items beside the channel are entries and other xml is no feed) {
  auto x = read("<rdf:RDF><channel><title>T</title></channel><item><title>A</title><dc:date>2020-01-02</dc:date></item>"
                "</rdf:RDF>",
                "");
  CAF_CHECK_EQUAL(outline(x.content), "h1 T\nh2 A\np0 2020-01-02\n");
  CAF_CHECK(failure("<?xml version=\"1.0\"?><urlset><url/></urlset>", "application/xml").code
            == errc::unsupported_media);
  CAF_CHECK(failure("<rss><channel><item>", "application/rss+xml").code == errc::unreadable);
}
