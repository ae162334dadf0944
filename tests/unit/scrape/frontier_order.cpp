// The frontier takes what speaks for the question, in an order that only depends on what it was given.
#define CAF_SUITE frontier_order

#include <algorithm>
#include <random>
#include <set>

#include "actors/scrape/crawl_frontier.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using page_link = troupe::link; // unistd has a link() too

namespace {

const std::string site = "http://docs.example.org/";

page_link to(std::string path, std::string text, std::string context = {}, bool in_content = true) {
  return {path.find("://") != path.npos ? path : site + path, std::move(text), std::move(context), false, in_content};
}

/// Takes everything there is without giving more links.
std::vector<std::string> drain(crawl_frontier& x) {
  std::vector<std::string> result;
  while (auto page = x.next()) {
    result.push_back(page->url);
    x.done(page->url, 1);
  }
  return result;
}

crawl_frontier started(std::string_view question, const std::vector<page_link>& links, frontier_limits limits = {}) {
  crawl_frontier x{question, {site}, limits};
  auto seed = x.next();
  CAF_REQUIRE(seed);
  x.done(seed->url, 10);
  x.add_links(seed->url, 0, links);
  return x;
}

const std::vector<page_link> manual{
  to("tutorial.html", "Tutorial"),
  to("vacuuming.html", "Routine Vacuuming"),
  to("autovacuum.html", "Automatic Vacuuming settings"),
  to("backup.html", "Backup and Restore"),
  to("indexes.html", "Indexes"),
  to("tables.html", "Table Basics"),
  to("vacuum-table.html", "When a table is vacuumed"),
  to("sql.html", "The SQL Language"),
};

/// The next page's address, empty for none.
std::string next_url(crawl_frontier& x) {
  auto page = x.next();
  return page ? page->url : std::string{};
}

} // namespace

CAF_TEST(pages that name words of the question come first) {
  auto x = started("How does autovacuum decide when to vacuum a table?", manual);
  auto order = drain(x);
  CAF_REQUIRE(order.size() >= 2);
  CAF_CHECK_EQUAL(order[0], site + "vacuum-table.html");
  auto irrelevant = std::count_if(order.begin(), order.end(), [](const std::string& url) {
    return url.ends_with("sql.html") || url.ends_with("backup.html") || url.ends_with("indexes.html");
  });
  CAF_CHECK(std::find(order.begin(), order.end(), site + "vacuuming.html") != order.end());
  CAF_CHECK(std::find(order.begin(), order.end(), site + "autovacuum.html") != order.end());
  CAF_CHECK_EQUAL(irrelevant, 0); // three pages with a score are enough not to look elsewhere
}

CAF_TEST(words in the address and around the anchor count for less than those in the anchor) {
  auto x = started("replication lag", {to("a.html", "more", "replication lag explained here"),
                                       to("replication-lag.html", "here"), to("c.html", "Replication lag")});
  auto order = drain(x);
  CAF_REQUIRE(order.size() >= 2);
  CAF_CHECK_EQUAL(order[0], site + "c.html");
  CAF_CHECK_EQUAL(order[1], site + "replication-lag.html");
}

CAF_TEST(words written together or apart are the same) {
  auto x = started("How do I back up a database?",
                   {to("a.html", "Database roles"), to("b.html", "Backup of a database"), to("c.html", "Indexes")});
  CAF_CHECK_EQUAL(next_url(x), site + "b.html");
  auto y = started("autovacuum", {to("a.html", "Indexes"), to("b.html", "Vacuum, automatic")});
  CAF_CHECK_EQUAL(next_url(y), site + "b.html");
}

CAF_TEST(a word that every link carries tells nothing) {
  std::vector<page_link> links;
  for (int i = 0; i < 200; ++i)
    links.push_back(
      to("acme-page" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i) + ".html", "Acme chapter"));
  links.push_back(to("turbines.html", "Acme turbines"));
  auto x = started("acme turbines", links);
  auto order = drain(x);
  CAF_REQUIRE(!order.empty());
  CAF_CHECK_EQUAL(order[0], site + "turbines.html");
  CAF_CHECK(order.size() <= 5);
}

CAF_TEST(a better anchor found later lifts a page that waits) {
  auto x = started("replication lag", {to("x.html", "Next"), to("y.html", "lag")});
  x.add_links(site + "elsewhere.html", 1, {to("x.html", "Replication lag")});
  CAF_CHECK_EQUAL(next_url(x), site + "x.html");
}

CAF_TEST(what nothing speaks for is explored at depth one only and in small number) {
  std::vector<page_link> links;
  for (char c = 'a'; c <= 'z'; ++c)
    links.push_back(to(std::string{"nothing-"} + c + ".html", "Something else"));
  auto x = started("quasars", links);
  CAF_CHECK_EQUAL(x.counts().found, 27u);
  auto first = x.next();
  CAF_REQUIRE(first);
  x.done(first->url, 1);
  std::vector<page_link> deeper;
  for (char c = 'a'; c <= 'z'; ++c)
    deeper.push_back(to(std::string{"deeper-"} + c + ".html", "Something else"));
  x.add_links(first->url, 1, deeper);
  auto rest = drain(x);
  CAF_CHECK_EQUAL(rest.size(), 5u);
  CAF_CHECK(std::none_of(rest.begin(), rest.end(), [](const auto& url) { return url.find("deeper") != url.npos; }));
  CAF_CHECK(x.exhausted());
}

CAF_TEST(an overview is explored first while nothing found is promising) {
  auto x = started("autovacuum threshold", {to("sql.html", "The SQL Language"), to("admin.html", "Administration"),
                                            to("bookindex.html", "Index"), to("history.html", "History")});
  CAF_CHECK_EQUAL(next_url(x), site + "bookindex.html");
  x.done(site + "bookindex.html", 1);
  x.add_links(site + "bookindex.html", 1, {to("av.html", "autovacuum threshold"), to("other.html", "Other")});
  CAF_CHECK_EQUAL(next_url(x), site + "av.html");
  auto y = started("autovacuum threshold", {to("bookindex.html", "Index"), to("a.html", "autovacuum threshold")});
  CAF_CHECK_EQUAL(next_url(y), site + "a.html");
}

CAF_TEST(several are explored at the same time only when they are overviews) {
  auto x = started("autovacuum threshold scale factor default",
                   {to("preface.html", "Preface"), to("legal.html", "Legal Notice"), to("glossary.html", "Glossary"),
                    to("bookindex.html", "Index"), to("weak.html", "threshold")});
  CAF_CHECK_EQUAL(next_url(x), site + "glossary.html");
  CAF_CHECK_EQUAL(next_url(x), site + "bookindex.html");
  CAF_CHECK_EQUAL(next_url(x), "");
  CAF_CHECK(!x.exhausted());
  x.done(site + "glossary.html", 1);
  CAF_CHECK_EQUAL(next_url(x), "");
  x.failed(site + "bookindex.html");
  CAF_CHECK_EQUAL(next_url(x), site + "preface.html");
  CAF_CHECK_EQUAL(next_url(x), "");
}

CAF_TEST(without a question everything is taken breadth first) {
  auto x = started("", manual);
  auto page = x.next();
  CAF_CHECK_EQUAL(page->url, site + "tutorial.html");
  x.done(page->url, 1);
  x.add_links(page->url, 1, {to("deep.html", "Deep")});
  auto rest = drain(x);
  CAF_CHECK_EQUAL(rest.size(), 8u);
  CAF_CHECK_EQUAL(rest.back(), site + "deep.html");
}

CAF_TEST(questions in other scripts are scored too) {
  auto x = started("東京の天気", {to("a.html", "経済"), to("b.html", "東京"), to("c.html", "今日の天気")});
  auto order = drain(x);
  CAF_CHECK(order[0] != site + "a.html");
  auto y = started("Как работает АВТОВАКУУМ", {to("a.html", "Индексы"), to("b.html", "автовакуум")});
  CAF_CHECK_EQUAL(next_url(y), site + "b.html");
}

CAF_TEST(the site is the scope and neighbours of it count for less) {
  auto x = started("lag", {to("http://evil.org/lag", "lag"), to("http://www.docs.example.org/w", "lag"),
                           to("http://blog.example.org/lag", "lag"), to("https://docs.example.org/s", "lag"),
                           to("ftp://docs.example.org/lag", "lag"), to("lag.png", "lag"),
                           to("http://docs.example.org:8080/lag", "lag")});
  auto order = drain(x);
  CAF_REQUIRE_EQUAL(order.size(), 4u);
  CAF_CHECK_EQUAL(order[0], "http://www.docs.example.org/w");
  CAF_CHECK_EQUAL(order[1], "https://docs.example.org/s");
  CAF_CHECK_EQUAL(x.counts().out_of_scope, 3u);
}

CAF_TEST(an address without a domain is in scope with its port only) {
  crawl_frontier x{"", {"http://127.0.0.1:8080/"}};
  auto seed = x.next();
  x.add_links(seed->url, 0,
              {to("http://127.0.0.1:8080/a", "a"), to("http://127.0.0.1:9090/b", "b"), to("http://10.0.0.1/c", "c")});
  CAF_CHECK_EQUAL(x.counts().found, 2u);
}

CAF_TEST(where a seed leads to is in scope) {
  crawl_frontier x{"", {"http://short.example/x"}};
  x.next();
  x.done("http://short.example/x", 5, "https://manual.readthedocs.io/en/");
  x.add_links("https://manual.readthedocs.io/en/", 0,
              {to("https://manual.readthedocs.io/en/a.html", "a"), to("https://manual.readthedocs.io/en/", "self")});
  CAF_CHECK_EQUAL(next_url(x), "https://manual.readthedocs.io/en/a.html");
  CAF_CHECK(!x.next());
}

CAF_TEST(where a seed led to before a restart is in scope as well) {
  crawl_frontier x{"", {"http://short.example/x"}};
  x.done("http://short.example/x", 5);
  x.add_links("https://manual.readthedocs.io/en/", 0, {to("https://manual.readthedocs.io/en/a.html", "a")});
  CAF_CHECK_EQUAL(next_url(x), "https://manual.readthedocs.io/en/a.html");
}

CAF_TEST(nofollow and depth are kept) {
  auto refused = to("secret.html", "lag");
  refused.nofollow = true;
  frontier_limits limits;
  limits.max_depth = 1;
  auto x = started("lag", {refused, to("one.html", "lag")}, limits);
  auto page = x.next();
  CAF_CHECK_EQUAL(page->url, site + "one.html");
  x.done(page->url, 1);
  x.add_links(page->url, 1, {to("two.html", "lag")});
  CAF_CHECK(!x.next());
  CAF_CHECK_EQUAL(x.counts().too_deep, 1u);
}

CAF_TEST(what is put back comes again three times) {
  auto x = started("", {to("a.html", "a")});
  for (int i = 0; i < 4; ++i) {
    auto page = x.next();
    CAF_REQUIRE(page);
    x.put_back(page->url);
  }
  CAF_CHECK(!x.next());
  CAF_CHECK_EQUAL(x.counts().failed, 1u);
  CAF_CHECK_EQUAL(x.counts().in_flight, 0u);
}
