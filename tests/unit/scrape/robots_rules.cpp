// robots.txt: what RFC 9309 says, what site owners test against, and what hostile files try.
#define CAF_SUITE robots_rules

#include "actors/scrape/robots_policy.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

bool allowed(std::string_view robots, std::string_view path, std::string_view agent = "troupe") {
  return robots_policy::parse(robots, agent).decide(path).allowed;
}

} // namespace

CAF_TEST(the decision names the rule that decided) {
  auto policy =
    robots_policy::parse("# ours\r\nUser-agent: Troupe/1.0\r\nDisallow: /a  # no\r\nAllow: /a/b\r\n", "troupe");
  CAF_CHECK_EQUAL(policy.decide("http://x.org/a/c").explain(), "disallow line 3: Disallow: /a");
  CAF_CHECK_EQUAL(policy.decide("http://x.org/a/b?c").explain(), "allow line 4: Allow: /a/b");
  CAF_CHECK_EQUAL(policy.decide("http://x.org").explain(), "allow no rule matches");
  CAF_CHECK_EQUAL(robots_policy::disallow_all("robots.txt could not be read").decide("/").explain(),
                  "disallow robots.txt could not be read");
}

CAF_TEST(groups of the same robot are merged wherever they stand) {
  constexpr auto robots = "User-agent: troupe\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n\n"
                          "User-agent: other\nUser-agent: TROUPE\nDisallow: /b\n";
  CAF_CHECK(!allowed(robots, "/a"));
  CAF_CHECK(!allowed(robots, "/b"));
  CAF_CHECK(allowed(robots, "/c"));
  CAF_CHECK(!allowed(robots, "/c", "other"));
}

CAF_TEST(a group that names the robot hides the group for all) {
  CAF_CHECK(allowed("User-agent: *\nDisallow: /\nUser-agent: troupe\nDisallow:\n", "/x"));
  CAF_CHECK(!allowed("User-agent: *\nDisallow: /\nUser-agent: troup\nAllow: /\n", "/x"));
}

CAF_TEST(rules before any group belong to nobody) { CAF_CHECK(allowed("Disallow: /\nUser-agent: x\n", "/y")); }

CAF_TEST(crawl delay and sitemaps are read but end no group) {
  auto policy = robots_policy::parse("User-agent: *\nCrawl-delay: 2.5\nSitemap: https://x.org/s.xml\nDisallow: /a\n"
                                     "user-agent: quick\ncrawl-delay: soon\n",
                                     "troupe");
  CAF_CHECK(policy.crawl_delay() == std::optional{2500ms});
  CAF_CHECK_EQUAL(policy.sitemaps().at(0), "https://x.org/s.xml");
  CAF_CHECK(!policy.decide("/a").allowed);
  CAF_CHECK(!robots_policy::parse("user-agent: *\ncrawl-delay: -1\n", "troupe").crawl_delay());
  CAF_CHECK(!robots_policy::parse("user-agent: *\ncrawl-delay: nan\n", "troupe").crawl_delay());
  CAF_CHECK(robots_policy::parse("user-agent: *\ncrawl-delay: 1e300\n", "troupe").crawl_delay()
            == std::optional{3600000ms});
}

CAF_TEST(stars and dollars) {
  CAF_CHECK(robots_match("/a*b*c$", "/aXbYbZc"));
  CAF_CHECK(!robots_match("/a*b*c$", "/aXbYcZ"));
  CAF_CHECK(robots_match("/a*bc$", "/abcbc"));
  CAF_CHECK(!robots_match("/ab*bc$", "/abc"));
  CAF_CHECK(robots_match("/a$b", "/a$bc"));
  CAF_CHECK(robots_match("*", "/"));
  CAF_CHECK(robots_match("/*$", "/x"));
  CAF_CHECK(robots_match("$", ""));
  CAF_CHECK(!robots_match("/$", "/x"));
  CAF_CHECK(robots_match("/**//*", "/x//y"));
}

CAF_TEST(percent encodings compare without case and non - ASCII is encoded) {
  CAF_CHECK(!allowed("User-agent: *\nDisallow: /caf%c3%a9\n", "/caf%C3%A9/x"));
  CAF_CHECK(!allowed("User-agent: *\nDisallow: /caf\xc3\xa9\n", "/caf%C3%a9"));
  CAF_CHECK(allowed("User-agent: *\nDisallow: /a%2\n", "/a"));
}

CAF_TEST(HTML in place of robots gives no rules) {
  auto policy = robots_policy::parse("\n <!DOCTYPE html><html>\nUser-agent: *\nDisallow: /\n", "troupe");
  CAF_CHECK_EQUAL(policy.decide("/x").explain(), "allow robots.txt is an HTML page and gives no rules");
}

CAF_TEST(what lies beyond 500 KiB is not read) {
  std::string head = "User-agent: *\nDisallow: /near\n";
  std::string robots = head + "#" + std::string(robots_size_limit, 'x') + "\nDisallow: /far\n";
  CAF_CHECK(!allowed(robots, "/near"));
  CAF_CHECK(allowed(robots, "/far"));
}

CAF_TEST(a pattern of many stars is matched in a bounded number of steps) {
  // Trying all ways to spread 5,000 stars over 10,000 letters would not end.
  std::string pattern = "/";
  for (int i = 0; i < 5000; ++i)
    pattern += "*a";
  std::string path = "/" + std::string(10000, 'a');
  CAF_CHECK(robots_match(pattern, path));
  CAF_CHECK(!robots_match(pattern + "b", path));
  CAF_CHECK(!robots_match(pattern + "b$", path));
}

CAF_TEST(bytes of any kind do no harm) {
  std::string robots;
  std::uint32_t x = 12345;
  for (int i = 0; i < 200000; ++i) {
    x = x * 1664525u + 1013904223u;
    robots += i % 7 == 0 ? ':' : i % 31 == 0 ? '\n' : static_cast<char>(x >> 24);
  }
  auto policy = robots_policy::parse("User-agent: *\nDisallow: /a\n" + robots, "troupe");
  CAF_CHECK(!policy.decide("/a").allowed);
}
