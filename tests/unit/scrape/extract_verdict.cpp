// Pages that a server calls a success and that are none, pages that show a part of their text, and articles that only
// look like either.
#define CAF_SUITE extract_verdict

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/verdict_phrases.hpp"
#include "actors/scrape/page_reader.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

const std::string prose = "<p>The ferry to the outer islands leaves twice a day from the old pier, at dawn and at "
                          "dusk, and takes bicycles, dogs and up to nine cars, which have to be booked ahead.</p>";

std::string many(int n) {
  std::string out;
  for (int i = 0; i < n; ++i)
    out += "<p>" + std::to_string(i) + prose.substr(3);
  return out;
}

std::string page(const std::string& title, const std::string& body, const std::string& head = {}) {
  return "<html><head><title>" + title + "</title>" + head + "</head><body><nav><a href=/>Home</a> <a href=/a>About</a>"
         + "</nav><main>" + body + "</main><footer>Imprint</footer></body></html>";
}

std::string kind(const std::string& html) {
  auto found = extract_article(html, "text/html", *parse_url("https://example.org/a.html"));
  return found ? to_string(found->verdict.kind) : "no text";
}

std::string ld(const std::string& json) { return "<script type='application/ld+json'>" + json + "</script>"; }

expected<std::optional<extracted_page>> read(const std::string& url, const std::string& html) {
  extract_page request;
  request.url = url;
  request.media_type = "text/html";
  request.body = html;
  request.until = deadline::in(std::chrono::seconds{30});
  return read_page(request, {});
}

} // namespace

CAF_TEST(pages that say they are not there) {
  for (auto& html : {
         page("404 Not Found", "<h1>Not Found</h1><p>The requested URL /a was not found on this server.</p>"),
         page("Page not found | The Island News", "<h1>Oops!</h1><p>We can't find the page you are looking for. It may "
                                                  "have been moved.</p><ul><li><a href=/>Home page</a></li></ul>"),
         page("The Island News", "<h1>Error 404: Page Not Found</h1><p>The page does not exist any more.</p>"),
         page("Seite nicht gefunden – Inselblatt", "<h1>404</h1><p>Die gewünschte Seite wurde leider nicht gefunden. "
                                                   "Nutzen Sie die Suche oder gehen Sie zur Startseite.</p>"),
         page("Page introuvable - Les îles", "<h1>Erreur 404</h1><p>La page demandée est introuvable.</p>"),
         page("Página no encontrada", "<p>La página que busca no existe o ha cambiado de dirección.</p>"),
         page("ページが見つかりません", "<p>お探しのページは見つかりませんでした。</p>"),
         page("Das Inselblatt", "<div class='wrap error404'><h2>Hoppla</h2><p>Das gibt es nicht (mehr). Der Beitrag "
                                "existiert nicht oder ist umgezogen, suchen Sie einfach danach.</p></div>"),
       })
    CAF_CHECK_EQUAL(kind(html), "missing");
}

CAF_TEST(pages that refuse or report a failure) {
  CAF_CHECK_EQUAL(kind(page("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page "
                                             "on this server. Reference #18.2f</p>")),
                  "refused");
  CAF_CHECK_EQUAL(kind(page("Just a moment...", "<h1>example.org</h1><p>Checking if the site connection is secure. "
                                                "Enable JavaScript and cookies to continue.</p>")),
                  "refused");
  CAF_CHECK_EQUAL(kind(page("503 Service Unavailable", "<p>The server is temporarily unable to service your request "
                                                       "due to maintenance downtime. Please try again later.</p>")),
                  "broken");
  CAF_CHECK_EQUAL(kind(page("Database Error", "<h1>Error establishing a database connection</h1>")), "broken");
}

CAF_TEST(a form to sign in asks for a password and holds next to nothing else) {
  auto form = "<h1>Sign in</h1><p>Use your library card and its number.</p><form><input name=u>"
              "<input type=\"password\" name=p></form>";
  CAF_CHECK_EQUAL(kind(page("Sign in - Island Library", form)), "login");
  CAF_CHECK_EQUAL(kind(page("Anmelden | Inselblatt", form)), "login");
  CAF_CHECK_EQUAL(kind(page("Sign in - Island Library", "<h1>Sign in</h1><p>Use your library card.</p>")), "article");
  CAF_CHECK_EQUAL(kind(page("Sign in - Island Library", form + many(8))), "article");
  CAF_CHECK_EQUAL(kind(page("Ferries", form + many(2))), "article");
}

CAF_TEST(articles about errors are articles) {
  for (auto& html : {
         page("404 Not Found - HTTP | Handbook", "<h1>404 Not Found</h1><p>The status says that the server cannot find "
                                                 "the page.</p>"
                                                   + many(8)),
         page("How to fix a page not found error", "<p>If a page was not found, look at its address.</p>"),
         page("HTTP 404", "<p>A short note on a status whose number everybody knows. Its text is longer than what a "
                          "page without a text says, and it names nothing that is lost, only how browsers show such "
                          "a thing, how servers log it, and how often people see it in a year of reading.</p>"),
         page("Access denied: the story of a door", "<p>The door was closed and entry denied.</p>" + prose),
         page("Page not found", "<p>The page was not found in the archive for forty years.</p>",
              ld(R"({"@type": "NewsArticle", "headline": "Page not found", "datePublished": "2020-05-03"})")),
         page("Not Found", many(9) + "<p>The treasure was not found.</p>"),
         page("Ferries", "<p>The ticket office could not be found.</p>" + prose),
       })
    CAF_CHECK_EQUAL(kind(html), "article");
}

CAF_TEST(whole titles are known by their words alone) {
  CAF_CHECK(kind_of_title("404") == page_kind::missing);
  CAF_CHECK(kind_of_title("Oops! That\xE2\x80\x99s a 404") == page_kind::article);
  CAF_CHECK(kind_of_title("HTTP Status 404 \xE2\x80\x93 Not Found") == page_kind::missing);
  CAF_CHECK(kind_of_title("Error 503") == page_kind::broken);
  CAF_CHECK(kind_of_title("ERROR") == page_kind::article);
  CAF_CHECK(kind_of_title("") == page_kind::article);
  CAF_CHECK(kind_of_title("404 ways to leave") == page_kind::article);
  CAF_CHECK(kind_of_title("Page doesn\xE2\x80\x99t exist") == page_kind::missing);
}

CAF_TEST(the free part of a paid text is told from the whole) {
  auto paid = [](const std::string& free, const std::string& part = {}) {
    auto selector = part.empty() ? std::string{}
                                 : R"(, "hasPart": [{"@type": "WebPageElement", "isAccessibleForFree": "False",
                                   "cssSelector": ")"
                                     + part + "\"}]";
    return ld(R"({"@type": "NewsArticle", "headline": "Ferries", "isAccessibleForFree": )" + free + selector + "}");
  };
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2), paid("false"))), "excerpt");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2), paid("\"False\"", ".story .paid"))), "excerpt");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2) + "<div class='paid x'></div>", paid("false", ".paid"))), "excerpt");
  CAF_CHECK_EQUAL(kind(page("Ferries", prose + "<div class='x paid'>" + many(6) + "</div>", paid("false", ".paid"))),
                  "article"); // it is all there
  CAF_CHECK_EQUAL(kind(page("Ferries", prose + "<div id=Rest>" + many(6) + "</div>", paid("false", "#Rest"))),
                  "article");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(20), paid("false"))), "article"); // nothing is missing
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2), paid("true"))), "article");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2), "<meta property='article:content_tier' content=locked>")), "excerpt");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2), "<meta property='article:content_tier' content=metered>")), "article");
}

CAF_TEST(prompts to subscribe make an excerpt of a short text) {
  for (std::string prompt : {"Subscribe to continue reading this story", "Möchten Sie weiterlesen?",
                             "Cet article est réservé aux abonnés", "Contenido exclusivo para suscriptores"})
    CAF_CHECK_EQUAL(kind(page("Ferries", many(2) + "<div>" + prompt + "</div>")), "excerpt");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2) + "<div class=paywall-box>Jetzt abonnieren: 9 € im Monat</div>")),
                  "excerpt");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(20) + "<div>Subscribe to continue reading this story</div>")), "article");
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2) + "<a href=/b>Bridges: this article is for subscribers only</a>")),
                  "article"); // another text
  CAF_CHECK_EQUAL(kind(page("Ferries", many(2) + "<div class=no-paywall></div>")), "article");
}

CAF_TEST(of the web an error page is an error and a file is what it is) {
  auto lost = page("Page not found", "<p>The page could not be found.</p>");
  auto web = read("https://example.org/a.html", lost);
  CAF_REQUIRE(!web);
  CAF_CHECK(web.error().code == errc::http_status);
  CAF_CHECK(web.error().message.find("Page not found") != std::string::npos);
  CAF_CHECK(read("file:///a.html", lost));
  auto form = page("Sign in", "<h1>Sign in</h1><p>Use your card.</p><input type=password>");
  auto wall = read("https://example.org/a.html", form);
  CAF_REQUIRE(!wall);
  CAF_CHECK(wall.error().code == errc::content_empty);
  auto part = read("https://example.org/a.html", page("Ferries", many(3) + "<p>Subscribe to continue reading</p>"));
  CAF_REQUIRE(part && *part);
  CAF_CHECK_EQUAL((*part)->nature.access, "excerpt");
  CAF_CHECK_NOT_EQUAL((*part)->nature.simhash, 0u);
  auto whole = read("https://example.org/a.html", page("Ferries", prose));
  CAF_REQUIRE(whole && *whole);
  CAF_CHECK_EQUAL((*whole)->nature.access, "");
  CAF_CHECK_EQUAL((*whole)->nature.simhash, 0u); // too short
}

CAF_TEST(declarations of what is paid are bounded and may be nonsense) {
  for (auto json : {R"({"@type": "Article", "isAccessibleForFree": 7, "cssSelector": 3})",
                    R"({"@type": "Article", "isAccessibleForFree": false, "cssSelector": ["", ".", "#", "..", {}]})",
                    R"({"@type": "Article", "isAccessibleForFree": [false]})"})
    CAF_CHECK(read_structured_data(ld(json)).paid_parts.empty());
  std::string selectors;
  for (int i = 0; i < 100; ++i)
    selectors += (i == 0 ? "\".p" : ",\".p") + std::to_string(i) + "\"";
  auto many_parts = read_structured_data(
    ld(R"({"@type": "Article", "isAccessibleForFree": false, "cssSelector": [)" + selectors + "]}"));
  CAF_CHECK_EQUAL(many_parts.paid_parts.size(), 8u);
}
