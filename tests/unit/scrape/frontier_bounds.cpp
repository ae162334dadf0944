// Endless sites end, budgets hold, and a frontier rebuilt from what was stored goes on where it was.
#define CAF_SUITE frontier_bounds

#include <algorithm>
#include <deque>
#include <random>
#include <set>

#include "actors/scrape/crawl_frontier.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using page_link = troupe::link; // unistd has a link() too

namespace {

page_link to(std::string url, std::string text = "page") { return {std::move(url), std::move(text), {}, false, true}; }

frontier_limits roomy() {
  frontier_limits limits;
  limits.max_depth = 1000;
  limits.max_pages = 5000;
  return limits;
}

/// Crawls a site given as a function from a page to its links; answers the number of pages read.
template <class Site>
std::size_t crawl(crawl_frontier& x, Site site) {
  std::size_t pages = 0;
  while (auto page = x.next()) {
    ++pages;
    x.done(page->url, 100);
    x.add_links(page->url, page->depth, site(page->url));
    CAF_REQUIRE(pages < 20000);
  }
  return pages;
}

/// A site of random pages: links depend on the address and the seed alone.
std::vector<page_link> random_links(const std::string& url, std::uint64_t seed) {
  static const std::vector<std::string> words{"vacuum", "table", "index", "lag", "backup", "query", "plan", "lock"};
  std::mt19937_64 random{text_key(url) ^ seed};
  std::vector<page_link> result;
  for (auto n = random() % 12; n > 0; --n) {
    auto x = to("http://site.example/p" + std::string(1, static_cast<char>('a' + random() % 26))
                  + std::string(1, static_cast<char>('a' + random() % 26)),
                words[random() % words.size()] + " " + words[random() % words.size()]);
    x.in_content = random() % 2 == 0;
    result.push_back(std::move(x));
  }
  return result;
}

/// The next page's address, empty for none.
std::string next_url(crawl_frontier& x) {
  auto page = x.next();
  return page ? page->url : std::string{};
}

} // namespace

CAF_TEST(an endless calendar ends) {
  int month = 0;
  auto by_query = [&](const std::string&) {
    ++month;
    return std::vector{
      to("http://x.example/cal?year=" + std::to_string(2000 + month / 12) + "&month=" + std::to_string(month % 12 + 1),
         "next month"),
      to("http://x.example/about", "about")};
  };
  crawl_frontier x{"", {"http://x.example/"}, roomy()};
  CAF_CHECK(crawl(x, by_query) <= 20);
  auto by_path = [&](const std::string&) {
    ++month;
    return std::vector{
      to("http://x.example/events/" + std::to_string(2000 + month / 12) + "/" + std::to_string(month % 12 + 1) + "/")};
  };
  crawl_frontier y{"", {"http://x.example/"}, roomy()};
  CAF_CHECK(crawl(y, by_path) <= 20);
  auto by_day = [&](const std::string&) {
    ++month;
    return std::vector{to("http://x.example/day/2031-05-" + std::to_string(10 + month % 90))};
  };
  crawl_frontier z{"", {"http://x.example/"}, roomy()};
  CAF_CHECK(crawl(z, by_day) <= 20);
}

CAF_TEST(a calendar that names words of the question ends as well) {
  int month = 0;
  auto site = [&](const std::string&) {
    ++month;
    return std::vector{
      to("http://x.example/cal/2031/" + std::to_string(month), "concert events " + std::to_string(month))};
  };
  crawl_frontier x{"concert events", {"http://x.example/"}, roomy()};
  CAF_CHECK(crawl(x, site) <= 20);
}

CAF_TEST(session ids in parameters and paths end) {
  std::mt19937_64 random{4};
  auto id = [&] {
    std::string result;
    for (int i = 0; i < 24; ++i)
      result += "0123456789abcdef"[random() % 16];
    return result + "a1b2c3";
  };
  auto site = [&](const std::string&) {
    return std::vector{to("http://x.example/shop?ticket=" + id()), to("http://x.example/shop;jsessionid=" + id()),
                       to("http://x.example/s/" + id() + "/home.html")};
  };
  crawl_frontier x{"", {"http://x.example/"}, roomy()};
  auto pages = crawl(x, site);
  CAF_CHECK(pages > 5);
  CAF_CHECK(pages <= 250);
}

CAF_TEST(facets and growing paths and long addresses end) {
  std::uint64_t n = 0;
  auto facets = [&](const std::string&) {
    std::vector<page_link> result;
    for (int i = 0; i < 20; ++i, ++n)
      result.push_back(to("http://x.example/list?a=" + std::to_string(n % 7) + "&b" + std::to_string(n % 5)
                          + "=x&c=" + std::to_string(n) + (n % 3 == 0 ? "&sort=up" : "")));
    return result;
  };
  crawl_frontier x{"", {"http://x.example/"}, roomy()};
  CAF_CHECK(crawl(x, facets) <= 320);
  auto growing = [](const std::string& url) { return std::vector{to(url + "a/b/")}; };
  crawl_frontier y{"", {"http://x.example/"}, roomy()};
  CAF_CHECK(crawl(y, growing) <= 4);
  CAF_CHECK(y.counts().trapped > 0);
  auto longer = [](const std::string& url) { return std::vector{to(url + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")}; };
  crawl_frontier z{"", {"http://x.example/"}, roomy()};
  CAF_CHECK(crawl(z, longer) <= 30);
}

CAF_TEST(ordinary paging is read to its end) {
  auto site = [](const std::string& url) {
    auto at = url.find("page-");
    auto n = at == url.npos ? 1 : std::stoi(url.substr(at + 5)) + 1;
    std::vector<page_link> result;
    if (n <= 50)
      result.push_back(to("http://books.example/catalogue/page-" + std::to_string(n) + ".html"));
    return result;
  };
  crawl_frontier x{"", {"http://books.example/"}, roomy()};
  CAF_CHECK_EQUAL(crawl(x, site), 51u);
}

CAF_TEST(page and byte budgets hold and failures do not eat the page budget) {
  frontier_limits limits;
  limits.max_pages = 5;
  std::vector<page_link> links;
  for (char c = 'a'; c <= 'z'; ++c)
    links.push_back(to(std::string{"http://x.example/"} + c));
  crawl_frontier x{"", {"http://x.example/"}, limits};
  x.done(next_url(x), 1);
  x.add_links("http://x.example/", 0, links);
  for (int i = 0; i < 3; ++i)
    x.failed(next_url(x));
  std::vector<std::string> flying;
  while (auto page = x.next())
    flying.push_back(page->url);
  CAF_CHECK_EQUAL(flying.size(), 4u);
  for (const auto& url : flying)
    x.done(url, 1);
  CAF_CHECK(x.exhausted());
  CAF_CHECK_EQUAL(x.counts().done, 5u);

  limits.max_pages = 1000;
  limits.max_bytes = 100;
  crawl_frontier y{"", {"http://x.example/"}, limits};
  y.done(next_url(y), 60);
  y.add_links("http://x.example/", 0, links);
  y.done(next_url(y), 60);
  CAF_CHECK(!y.next());

  limits = {};
  limits.max_pages = 3;
  crawl_frontier z{"", {"http://x.example/"}, limits};
  z.done(next_url(z), 1);
  std::vector<page_link> many;
  for (int i = 0; i < 100; ++i)
    many.push_back(to("http://x.example/q" + std::string(static_cast<std::size_t>(i + 1), 'z')));
  z.add_links("http://x.example/", 0, many);
  std::size_t attempts = 1;
  while (auto page = z.next()) {
    z.failed(page->url);
    ++attempts;
  }
  CAF_CHECK_EQUAL(attempts, 26u);
}

CAF_TEST(the queue and what is remembered are bounded) {
  frontier_limits limits = roomy();
  limits.max_candidates = 100;
  limits.max_seen = 1000;
  crawl_frontier x{"vacuum", {"http://x.example/"}, limits};
  x.done(next_url(x), 1);
  auto name = [](int i) {
    std::string result;
    for (; i > 0; i /= 26)
      result += static_cast<char>('a' + i % 26);
    return result;
  };
  for (int page = 0; page < 20; ++page) {
    std::vector<page_link> links;
    for (int i = 0; i < 100; ++i)
      links.push_back(to("http://x.example/" + name(page * 100 + i + 1), i == 50 ? "vacuum" : "other"));
    x.add_links("http://x.example/", 0, links);
  }
  CAF_CHECK_EQUAL(x.counts().found, 1000u);
  CAF_CHECK(x.counts().dropped >= 1000u + 800u);
  std::size_t relevant = 0;
  while (auto page = x.next()) {
    relevant += page->score > 0 ? 1 : 0;
    x.done(page->url, 1);
  }
  CAF_CHECK_EQUAL(relevant, 10u); // the worst were forgotten, never these
}

CAF_TEST(the same links give the same order and a rebuilt frontier goes on with it) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAF_MESSAGE("seed " << seed);
    frontier_limits limits;
    limits.max_depth = 4;
    limits.max_pages = 30;
    struct read {
      std::string url;
      std::uint32_t depth;
    };
    std::vector<read> log;
    auto question = seed % 4 == 0 ? "" : "vacuum of a table and lag";
    crawl_frontier whole{question, {"http://site.example/"}, limits};
    std::set<std::string> distinct;
    while (auto page = whole.next()) {
      CAF_REQUIRE(distinct.insert(page->url).second);
      CAF_REQUIRE(page->depth <= limits.max_depth);
      log.push_back({page->url, page->depth});
      whole.done(page->url, 1);
      whole.add_links(page->url, page->depth, random_links(page->url, seed));
    }
    CAF_REQUIRE(log.size() <= limits.max_pages);
    CAF_REQUIRE(whole.exhausted());
    auto cut = log.size() / 2;
    crawl_frontier again{question, {"http://site.example/"}, limits};
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (i >= cut) {
        auto page = again.next();
        CAF_REQUIRE(page);
        CAF_REQUIRE_EQUAL(page->url, log[i].url);
      }
      again.done(log[i].url, 1);
      again.add_links(log[i].url, log[i].depth, random_links(log[i].url, seed));
    }
    CAF_REQUIRE(!again.next());
    CAF_REQUIRE_EQUAL(again.counts().done, whole.counts().done);
  }
}

CAF_TEST(random calls keep the counts true) {
  std::mt19937_64 random{99};
  for (int round = 0; round < 20; ++round) {
    crawl_frontier x{"vacuum table", {"http://site.example/"}, roomy()};
    std::deque<crawl_candidate> flying;
    for (int step = 0; step < 400; ++step) {
      auto choice = random() % 5;
      if (choice < 2) {
        if (auto page = x.next())
          flying.push_back(*page);
      } else if (!flying.empty()) {
        auto page = flying.front();
        flying.pop_front();
        if (choice == 2) {
          x.failed(page.url);
        } else if (choice == 3 && random() % 4 == 0) {
          x.put_back(page.url);
        } else {
          x.done(page.url, 7);
          x.add_links(page.url, page.depth, random_links(page.url, static_cast<std::uint64_t>(round)));
        }
      }
      const auto& c = x.counts();
      CAF_REQUIRE_EQUAL(c.in_flight, flying.size());
      CAF_REQUIRE_EQUAL(c.taken, c.done + c.failed + c.in_flight);
      CAF_REQUIRE_EQUAL(c.bytes, 7 * c.done);
      CAF_REQUIRE(c.taken <= c.found);
    }
  }
}
