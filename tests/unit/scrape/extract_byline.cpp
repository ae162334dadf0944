// Who wrote a page: the structures in which pages say so, and what only looks like it.
#define CAF_SUITE extract_byline

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/byline.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string byline_of(const std::string& body, const std::string& head = {}) {
  std::string prose = "<p>A paragraph that is long enough, and reads like one, to be taken for text.</p>";
  auto found =
    extract_article("<head>" + head + "</head><body><h1>Ferries</h1>" + body + prose + prose + prose + "</body>",
                    "text/html", *parse_url("https://example.org/a.html"));
  return found ? found->content.byline : "?";
}

std::string declared(const std::string& json) {
  return byline_of({}, "<script type=\"application/ld+json\">" + json + "</script>");
}

} // namespace

CAF_TEST(elements that declare the author) {
  for (std::string body : {
         "<div class='entry-meta'><span class='meta-prep-author'>By</span><span class='author vcard'><a class='url fn' "
         "href='/x'>Ann Lee</a></span></div>",
         "<a rel='author nofollow' href='/ann'>Ann Lee</a>",
         "<cite class='byline vcard'><span>By </span><span class=fn>Ann Lee</span><abbr>May 3, 2020</abbr></cite>",
         "<span class=author>Von<a href='/x'>Ann Lee</a></span>",
         "<p class=byline>By\n\t\t<b>Ann Lee</b><span>3 May 2020</span></p>",
         "<div class=author><a href='/author/ann'>Ann Lee</a><div class=author-title>Games Editor</div></div>",
         "<div class=author><div>Ann Lee</div><div>Editor of games</div></div>",
         "<div itemprop=author><ul><li itemprop=name>Ann Lee</li></ul></div>",
         "<p class=author>Post author By Ann Lee</p>",
         "<p class=author>Par\xC2\xA0"
         "Ann Lee @annlee</p>",
         "<h2 class=author-heading>Published by</h2><p class=author>Ann Lee</p>",
         "<p>Filed by <a href='/authors/ann-lee'>Ann Lee</a></p>",
       })
    CAF_CHECK_EQUAL(byline_of(body), "Ann Lee");
}

CAF_TEST(several authors are joined) {
  auto both = std::string{"Ann Lee, Bo Ek"};
  CAF_CHECK_EQUAL(byline_of("<p class=byline>By <a href='/author/a'>Ann Lee</a> and <a href='/author/b'>Bo Ek</a></p>"),
                  both);
  CAF_CHECK_EQUAL(byline_of("<p><span itemprop=author>Ann Lee</span>, <span itemprop=author>Bo Ek</span></p>"), both);
  CAF_CHECK_EQUAL(
    byline_of({}, "<meta name=citation_author content='Ann Lee'><meta name=citation_author content='Bo Ek'>"), both);
  CAF_CHECK_EQUAL(byline_of({}, "<meta name=dc.creator content='Lee, Ann'><meta name=dc.creator content='Ek, Bo'>"),
                  "Lee, Ann; Ek, Bo");
  CAF_CHECK_EQUAL(joined_names({"Ann Lee", "", "Ann Lee"}), "Ann Lee");
  CAF_CHECK(joined_names(std::vector<std::string>(50, "Ann Lee and many more")).size() <= 100);
}

CAF_TEST(other texts and other things have authors too) {
  for (std::string body : {
         "<aside><p class=byline>By Bo Ek</p></aside>",
         "<div role=complementary><p class=byline>Bo Ek</p></div>",
         "<div class=comments><span class=author>Bo Ek</span></div>",
         "<ul class=related><li><a href='/x'>Next</a><span class=byline>Bo Ek</span></li></ul>",
         "<p class=author>Photo: Bo Ek</p>",
         "<p class=byline>Last Updated:</p>",
         "<p class=byline>17 April 2012</p>",
         "<p class=author>Posted on</p>",
         "<p class=author>admin</p>",
         "<p class=author-note>A note from Bo Ek</p>",
         "<a href='/authors/'>All of them</a>",
       })
    CAF_CHECK_EQUAL(byline_of(body), "");
  CAF_CHECK_EQUAL(byline_of("<aside><p class=byline>By Bo Ek</p></aside><p class=author>Ann Lee</p>"), "Ann Lee");
  CAF_CHECK_EQUAL(byline_of("<aside><p>In <a href='/c'>Code</a> by <span itemprop=author>Ann Lee</span></p></aside>"),
                  "Ann Lee");
}

CAF_TEST(a line below the heading) {
  CAF_CHECK_EQUAL(byline_of("<p>By Ann Lee</p>"), "Ann Lee");
  CAF_CHECK_EQUAL(byline_of("<div>Von Ann van der Lee und Bo Ek | 3.5.2020</div>"), "Ann van der Lee und Bo Ek");
  CAF_CHECK_EQUAL(byline_of("<div>3 May 2020</div><div>By <b>Ann Lee</b></div>"), "Ann Lee");
  for (std::string line : {"By the sea", "By then it rained", "Von Hamburg nach Kiel mit der Bahn", "By Monday"})
    CAF_CHECK_EQUAL(byline_of("<p>" + line + "</p>"), "");
}

CAF_TEST(structured data names people by reference and in lists) {
  CAF_CHECK_EQUAL(declared(R"({"@graph": [{"@type": "Article", "headline": "F", "author": {"@id": "#ann"}},
                              {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}]})"),
                  "Ann Lee");
  CAF_CHECK_EQUAL(declared(R"({"@type": "Article", "author": {"@type": "Person", "name": ["Ann Lee", "Bo Ek"]}})"),
                  "Ann Lee, Bo Ek");
  CAF_CHECK_EQUAL(declared(R"({"@type": "Article", "author": {"@id": "#nobody"}})"), "");
  CAF_CHECK_EQUAL(declared(R"({"@type": "Article", "author": {"@type": "Organization", "name": "The Paper"}})"),
                  "The Paper");
}

CAF_TEST(a publisher is the author only when nobody else is) {
  auto article = std::string{R"(<script type="application/ld+json">{"@type": "Article",
    "author": {"@type": "Organization", "name": "The Paper"}, "publisher": {"name": "The Paper"}}</script>)"};
  CAF_CHECK_EQUAL(byline_of("<p class=byline>Ann Lee</p>", article), "Ann Lee");
  auto site = std::string{"<meta property='og:site_name' content='The Paper'><meta name=author content='The Paper'>"};
  CAF_CHECK_EQUAL(byline_of("<p class=byline>Ann Lee</p>", site), "Ann Lee");
  CAF_CHECK_EQUAL(byline_of({}, site), "The Paper");
}

CAF_TEST(metadata that labels its fields) {
  auto card = [](const std::string& label) {
    return byline_of({}, "<meta name='twitter:label1' content='" + label
                           + "'><meta name='twitter:data1' content='Ann Lee'>");
  };
  CAF_CHECK_EQUAL(card("Written by"), "Ann Lee");
  CAF_CHECK_EQUAL(card("Reading time"), "");
  CAF_CHECK_EQUAL(byline_of({}, "<meta name=author content='&lt;a href=/x&gt;Ann&lt;/a&gt;'>"), "");
}
