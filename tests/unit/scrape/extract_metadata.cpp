// Title and by-line from the places where pages put them.
#define CAF_SUITE extract_metadata

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/byline.hpp"
#include "actors/scrape/extract/structured_data.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

document read(const std::string& head, const std::string& body = {}) {
  auto found =
    extract_article("<head>" + head + "</head><body>" + body
                      + "<p>A paragraph that is long enough, and reads like one, to be taken for text.</p></body>",
                    "text/html", *parse_url("https://example.org/a.html"));
  return found ? found->content : document{};
}

std::string ld(const std::string& json) { return "<script type=\"application/ld+json\">" + json + "</script>"; }

} // namespace

CAF_TEST(what the article declares comes first) {
  auto x = read("<title>Window - Site</title><meta property='og:title' content='Open Graph'>"
                "<meta name=author content='Meta Name'>"
                + ld(R"({"@graph": [{"@type": "WebSite", "headline": "No"}, {"@type": ["NewsArticle"],
  "headline": "Cats &amp; dogs", "author": [{"name": "Ann Lee"}, "Bo Ek"], "datePublished": "2022-05-06"}]})"));
  CAF_CHECK_EQUAL(x.title, "Cats & dogs");
  CAF_CHECK_EQUAL(x.byline, "Ann Lee, Bo Ek");
  CAF_CHECK_EQUAL(x.published, "2022-05-06");
}

CAF_TEST(metadata elements are read by property before name and in lists) {
  CAF_CHECK_EQUAL(read("<meta name='dc.title' content=B><meta property='x:y dc:title' content=A>").title, "A");
  CAF_CHECK_EQUAL(read("<meta property='og:title' content='Whole | Title'><title>T</title>").title, "Whole | Title");
  CAF_CHECK_EQUAL(read("<meta property='article:author' content='https://example.org/me'>").byline, "");
  CAF_CHECK_EQUAL(read("<meta property='article:author' content='Ann Lee'>").byline, "Ann Lee");
}

CAF_TEST(the name is taken out of its line) {
  CAF_CHECK_EQUAL(read("", "<div class=byline>By <a rel=author href=/a>Ann Lee</a>, May 3, 2020</div>").byline,
                  "Ann Lee");
  CAF_CHECK_EQUAL(read("", "<p class=author>Von Ann Lee</p>").byline, "Ann Lee");
  for (auto line : {"By Ann Lee", "by: Ann Lee", "Written by Ann Lee", "Ann Lee May 20, 2019", "Ann Lee, 3 May 2020",
                    "Par Ann Lee", "Ann Lee on 2020-05-03", "Ann Lee"})
    CAF_CHECK_EQUAL(cleaned_byline(line), "Ann Lee");
  CAF_CHECK_EQUAL(cleaned_byline("Byron Parker"), "Byron Parker");
  CAF_CHECK_EQUAL(cleaned_byline("https://example.org/ann"), "");
  CAF_CHECK_EQUAL(cleaned_byline(std::string(200, 'a')), "");
}

CAF_TEST(the name of the site is split off at its mark only) {
  auto title = [](const std::string& window, const std::string& heading) {
    return read("<title>" + window + "</title>", "<h1>" + heading + "</h1>").title;
  };
  CAF_CHECK_EQUAL(title("Installation - Manual", "Installation"), "Installation");
  CAF_CHECK_EQUAL(title("Manual | Installation", "Installation"), "Installation");
  CAF_CHECK_EQUAL(title("Installation of parts", "Installation"), "Installation of parts");
  CAF_CHECK_EQUAL(title("How to install it | The Site", "Other"), "How to install it");
}

CAF_TEST(malformed declarations are passed over) {
  for (auto json :
       {"", "{", "[[[[", "{\"@type\": 7}", "{\"@type\": \"Article\", \"headline\": [1], \"author\": 3}", "null"})
    CAF_CHECK_EQUAL(read_structured_data(ld(json)).headline, "");
  auto cut = read_structured_data("<script type=application/ld+json>{\"@type\": \"Article\", \"headline\": \"H\"}");
  CAF_CHECK_EQUAL(cut.headline, "H");
  auto wrapped = read_structured_data(ld("/*<![CDATA[*/ {\"@type\": \"Article\",\n\"headline\": \"a\nb\"} /*]]>*/"));
  CAF_CHECK_EQUAL(wrapped.headline, "");
  std::string deep;
  for (int i = 0; i < 50; ++i)
    deep += "{\"a\": ";
  deep += "{\"@type\": \"Article\", \"headline\": \"far\"}" + std::string(50, '}');
  CAF_CHECK_EQUAL(read_structured_data(ld(deep)).headline, "");
}
