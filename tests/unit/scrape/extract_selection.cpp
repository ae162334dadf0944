// Which parts of a page become its text: leads, quoted posts, states in class names, what JSON-LD declares.
#define CAF_SUITE extract_selection

#include "actors/scrape/extract/article_extractor.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

constexpr std::string_view prose =
  "<p>The ferry left the island at dawn, as it had done on every working day for thirty years, and nobody on the pier "
  "looked up.</p><p>When it came back in the evening the crew had changed, the flag was another one, and the fare had "
  "doubled without notice.</p><p>The council says that it learned of the sale from the newspaper, like everyone "
  "else.</p>";

std::string text_of(const std::string& html) {
  auto found = extract_article(html, "text/html", *parse_url("https://example.org/a.html"));
  return found ? found->content.text : std::string{};
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string article(std::string_view body) { return "<div class='article-body'>" + std::string{body} + "</div>"; }

} // namespace

CAF_TEST(a lead between heading and text is kept) {
  auto after_heading = [](std::string_view lead) {
    return text_of("<body><header class=page-top><h1>The ferry is sold</h1>" + std::string{lead} + "</header>"
                   + article(prose) + "</body>");
  };
  constexpr std::string_view said = "The island's only ferry has a new owner, and a price to match.";
  for (auto name : {"standfirst", "article__intro", "teaser-text", "storyLead", "artikel-vorspann"})
    CAF_CHECK(holds(after_heading("<p class='" + std::string{name} + "'>" + std::string{said} + "</p>"), said));
  CAF_CHECK(holds(after_heading("<div itemprop=description><p>" + std::string{said} + "</p></div>"), said));
  CAF_CHECK(!holds(after_heading("<p class=toolbar>" + std::string{said} + "</p>"), said));
}

CAF_TEST(the description of the page names its lead) {
  std::string said = "The island\xE2\x80\x99s only ferry has a new owner, and a price to match, says the council.";
  auto page = "<head><meta name=description content=\"" + said
              + "\"></head><body><div class=top><h1>The ferry is sold</h1><p class=x7>" + said + "</p></div>"
              + article(prose) + "</body>";
  CAF_CHECK(holds(text_of(page), said));
}

CAF_TEST(a list of teasers is no lead) {
  std::string page = "<body><h1>The ferry is sold</h1><div class=more>";
  for (auto x :
       {"A bridge may be built in five years, says the minister.", "The school gets another roof this summer."})
    page += "<div class=teaser><p>" + std::string{x} + "</p></div>";
  auto text = text_of(page + "</div>" + article(prose) + "</body>");
  CAF_CHECK(holds(text, "ferry left the island"));
  CAF_CHECK(!holds(text, "A bridge may be built"));
}

CAF_TEST(a lead that repeats the text is left out) {
  constexpr std::string_view first = "The ferry left the island at dawn, as it had done on every working day";
  auto text = text_of("<body><h1>Sold</h1><p class=excerpt>" + std::string{first} + " ...</p>" + article(prose));
  CAF_CHECK(holds(text, first));
  CAF_CHECK_EQUAL(text.find(first), text.rfind(first));
}

CAF_TEST(a quoted post is text and a row of buttons is not ) {
  auto text =
    text_of("<body>"
            + article(std::string{prose}
                      + "<blockquote class='twitter-tweet'><p>We were never asked, and we would have said no to this "
                        "sale, loudly.</p></blockquote><div class='twitter-share'>Tell your friends about it</div>"));
  CAF_CHECK(holds(text, "never asked"));
  CAF_CHECK(!holds(text, "Tell your friends"));
}

CAF_TEST(the state of a part does not say what it is) {
  auto text = text_of("<body><div class=article-body><section class='part part--ads has-ads'>" + std::string{prose}
                      + "</section><section class='part'>" + std::string{prose} + prose.data() + "</section></div>");
  CAF_CHECK_EQUAL(text.find("The ferry left"), 0u);
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find("The ferry left", at)) != text.npos; ++at)
    ++n;
  CAF_CHECK_EQUAL(n, 3u);
  CAF_CHECK(!holds(text_of("<body>" + article(prose)
                           + "<div class=ads><p>Buy the boat of your dreams today, at half "
                             "the price, and only from us.</p></div>"),
                   "boat of your dreams"));
}

CAF_TEST(a phrase of a sentence stays whatever it is called) {
  auto text =
    text_of("<body>"
            + article("<p><span class=dateline>PORT ELLEN \xE2\x80\x93</span> The ferry left the island "
                      "at dawn, and <a class=popup href='/x'>nobody on the pier</a> looked up from the nets.</p>"
                      + std::string{prose}));
  CAF_CHECK(holds(text, "PORT ELLEN"));
  CAF_CHECK(holds(text, "nobody on the pier looked up"));
}

CAF_TEST(what holds the heading and much of the text is not beside it) {
  auto text = text_of("<body><div class='page commentary comments'><h1>The ferry is sold</h1>" + std::string{prose}
                      + "</div><div class=list><p>" + std::string{prose} + "</p></div></body>");
  CAF_CHECK(holds(text, "the flag was another one"));
}

CAF_TEST(a declared body stands in for one that scripts write) {
  std::string declared;
  for (int i = 0; i < 6; ++i)
    declared += "Paragraph number " + std::to_string(i) + " of the story about the ferry and its many owners.\\n";
  auto script = [&declared](std::string_view type) {
    return "<script type='application/ld+json'>//<![CDATA[\n{\"@type\": \"" + std::string{type}
           + "\", \"articleBody\": \"" + declared + "\"}\n//]]></script>";
  };
  auto page = [](const std::string& scripts, std::string_view body) {
    return text_of("<head>" + scripts + "</head><body><p>Subscribe now and read on tomorrow at breakfast.</p>"
                   + std::string{body} + "</body>");
  };
  CAF_CHECK(holds(page(script("NewsArticle"), ""), "Paragraph number 5 of the story"));
  // Not when the page has it anyway, for what is no article, or for one of several.
  CAF_CHECK(holds(page(script("NewsArticle"), article(std::string{prose} + prose.data())), "ferry left the island"));
  CAF_CHECK(!holds(page(script("Product"), ""), "Paragraph number"));
  auto second = script("BlogPosting");
  second.replace(second.find("number 0"), 8, "number X");
  CAF_CHECK(!holds(page(script("NewsArticle") + second, ""), "Paragraph number"));
}

CAF_TEST(lines that lead elsewhere go in several languages) {
  for (auto line : {"Czytaj te\xC5\xBC: Inny prom", "PUEDES VER: El otro barco", "Lees ook: de andere boot",
                    "Lire \xC3\xA9galement : l'autre bateau", "Temas Relacionados"}) {
    auto text = text_of("<body>" + article(std::string{prose} + "<p><a href=/x>" + line + "</a></p>" + prose.data()));
    CAF_CHECK(holds(text, "ferry left the island"));
    CAF_CHECK(!holds(text, line));
  }
}

CAF_TEST(comments longer than the article are not the page) {
  auto page = [](std::string_view name, std::string_view declared) {
    std::string talk;
    for (int i = 0; i < 20; ++i)
      talk += "<li><p>I have always said that this would happen, and number " + std::to_string(i)
              + " agrees with me, as does everyone I know on the island.</p></li>";
    return text_of("<body><h1>The ferry is sold</h1><div " + std::string{declared} + ">" + std::string{prose}
                   + prose.data() + prose.data() + prose.data() + "</div><ul class='" + std::string{name} + "'>" + talk
                   + "</ul></body>");
  };
  auto named = page("commentlinks", "class=x");
  CAF_CHECK(holds(named, "ferry left the island"));
  CAF_CHECK(!holds(named, "I have always said"));
  auto declared = page("talk", "itemprop=articleBody");
  CAF_CHECK(holds(declared, "ferry left the island"));
  CAF_CHECK(!holds(declared, "I have always said"));
  CAF_CHECK(holds(page("talk", "class=commentary"), "ferry left the island"));
}

CAF_TEST(a box about the author is no text) {
  constexpr std::string_view life =
    "Ann Lee has written about ships, harbours and the sea for twenty years, and lives inland.";
  for (auto open : {"<div class=author-bio-thing>", "<section class='Text_AuthorBox'>", "<div itemprop=author>"}) {
    auto text = text_of("<body>"
                        + article(std::string{prose} + open + "<p>" + std::string{life} + "</p></"
                                  + (open[1] == 'd' ? "div>" : "section>")));
    CAF_CHECK(holds(text, "ferry left the island"));
    CAF_CHECK(!holds(text, life));
  }
  CAF_CHECK(holds(
    text_of("<body>" + article(std::string{prose} + "<div class=about><p>" + std::string{life} + "</p></div>")), life));
}

CAF_TEST(captions are kept but for those of pictures above the text) {
  const std::string figure = "<figure><img src=a.jpg><figcaption>The pier in winter</figcaption></figure>";
  const auto text = std::string{prose} + std::string{prose};
  CAF_CHECK(!holds(text_of(article(figure + text)), "The pier in winter"));
  CAF_CHECK(holds(text_of(article(text + figure + text)), "The pier in winter"));
  CAF_CHECK(
    holds(text_of(article("<p>Pictures.</p>" + figure + figure)), "The pier in winter")); // there is little else
  const std::string table = "<table><caption>Fares</caption><tr><th>Day</th><th>Fare</th></tr><tr><td>Monday</td>"
                            "<td>4</td></tr><tr><td>Sunday</td><td>6</td></tr></table>";
  CAF_CHECK(holds(text_of(article(table + text)), "Fares"));
}
