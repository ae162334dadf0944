// The owner of a host on virtual time: pace, connections, robots, retries, redirects, aborts.
#define CAF_SUITE host_owner

#include "tests/unit/scrape/host_fixture.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

const std::string site = "http://x.example";

std::string header(const world::asked& x, const std::string& name) {
  for (const auto& [key, value] : x.headers)
    if (key == name)
      return value;
  return "";
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(host_owner_tests, scrape_fixture)

CAF_TEST(a page comes back with the record of its fetch) {
  start();
  page(site + "/robots.txt", "User-agent: *\nAllow: /\n", {});
  page(site + "/a", "hello", {{"content-type", "text/html; charset=utf-8"}, {"etag", "\"v1\""}});
  auto x = ask(site + "/a");
  CAF_REQUIRE(x->page);
  CAF_CHECK_EQUAL(x->page->content.text, "hello");
  CAF_CHECK_EQUAL(x->page->fetch.url, site + "/a");
  CAF_CHECK_EQUAL(x->page->fetch.final_url, site + "/a");
  CAF_CHECK_EQUAL(x->page->fetch.status, 200u);
  CAF_CHECK_EQUAL(x->page->fetch.validator, "\"v1\"");
  CAF_CHECK_EQUAL(x->page->fetch.document.value, "d-hello");
  CAF_CHECK_EQUAL(x->page->fetch.bytes, 5u);
  CAF_CHECK(!x->page->unchanged);
}

CAF_TEST(pages of a public host start a second apart and robots is fetched once) {
  start();
  no_robots();
  std::vector<std::shared_ptr<outcome>> all;
  for (auto path : {"/a", "/b", "/c", "/d"}) {
    page(site + path);
    all.push_back(ask(site + path));
  }
  pass(4s);
  for (auto& x : all)
    CAF_CHECK(x->page);
  CAF_CHECK_EQUAL(w->count(site + "/robots.txt"), 1u);
  for (std::size_t i = 1; i < 5; ++i)
    CAF_CHECK_EQUAL(w->log.at(i).at.count(), static_cast<std::int64_t>((i - 1) * 1000));
}

CAF_TEST(two connections at the same time and no more) {
  scrape_options options;
  options.public_crawl_delay = 0ms;
  start(options);
  no_robots();
  std::vector<std::shared_ptr<outcome>> all;
  for (auto path : {"/a", "/b", "/c"}) {
    hold(site + path);
    all.push_back(ask(site + path));
  }
  CAF_CHECK_EQUAL(w->held.size(), 2u);
  release();
  CAF_CHECK(all[0]->page);
  CAF_CHECK(!all[1]->done());
  CAF_CHECK_EQUAL(w->held.size(), 2u);
  CAF_CHECK_EQUAL(w->count(site + "/c"), 1u);
}

CAF_TEST(an allowed private host is not waited for and a public name is even when private ones are allowed) {
  start();
  no_robots("http://127.0.0.1:8080");
  no_robots();
  for (auto path : {"/a", "/b", "/c"}) {
    page("http://127.0.0.1:8080" + std::string{path});
    CAF_CHECK(ask("http://127.0.0.1:8080" + std::string{path}, "r", {}, 10min, true)->page);
  }
  page(site + "/a");
  page(site + "/b");
  CAF_CHECK(ask(site + "/a", "r", {}, 10min, true)->page);
  auto second = ask(site + "/b", "r", {}, 10min, true);
  CAF_CHECK(!second->done());
  pass(1s);
  CAF_CHECK(second->page);
}

CAF_TEST(robots refuses with the rule and nothing is sent) {
  start();
  page(site + "/robots.txt", "User-agent: *\nDisallow: /secret\nCrawl-delay: 5\n");
  auto x = ask(site + "/secret/page");
  CAF_CHECK(x->code() == errc::robots_disallowed);
  CAF_CHECK_EQUAL(x->failure->message,
                  "robots.txt of x.example forbids http://x.example/secret/page: line 2, \"Disallow: /secret\"");
  page(site + "/a");
  page(site + "/b");
  auto a = ask(site + "/a");
  auto b = ask(site + "/b");
  pass(4900ms);
  CAF_CHECK(a->page);
  CAF_CHECK(!b->done());
  pass(200ms);
  CAF_CHECK(b->page);
  CAF_CHECK_EQUAL(w->count(site + "/secret/page"), 0u);
}

CAF_TEST(Retry - After is kept and the page read after it) {
  start();
  no_robots();
  status(site + "/a", 429, {{"retry-after", "7"}});
  page(site + "/a", "at last");
  page(site + "/b");
  auto a = ask(site + "/a");
  auto b = ask(site + "/b");
  pass(6900ms);
  CAF_CHECK(!a->done());
  CAF_CHECK(!b->done());
  CAF_CHECK_EQUAL(w->count(site + "/b"), 0u);
  pass(2s);
  CAF_CHECK(a->page);
  CAF_CHECK(b->page);
  CAF_CHECK(w->times(site + "/a").at(1) >= 7s);
}

CAF_TEST(a wait longer than there is time is told and outlives an idle owner) {
  start();
  no_robots();
  status(site + "/a", 503, {{"retry-after", "3600"}});
  page(site + "/b");
  auto a = ask(site + "/a", "r_1", {}, 60s);
  CAF_REQUIRE(a->failure);
  CAF_CHECK_EQUAL(a->failure->message,
                  site + "/a answered 503 Service Unavailable and asks to be left alone for 3600 s");
  pass(20min, 30s);
  auto b = ask(site + "/b", "r_1", {}, 60s);
  CAF_CHECK(b->code() == errc::deadline_exceeded);
  CAF_CHECK_EQUAL(w->count(site + "/b"), 0u);
}

CAF_TEST(a server error is tried three times and a missing page once) {
  start();
  no_robots();
  status(site + "/broken", 500);
  status(site + "/missing", 404);
  auto broken = ask(site + "/broken");
  auto missing = ask(site + "/missing");
  pass(10s);
  CAF_CHECK(broken->code() == errc::http_status);
  CAF_CHECK_EQUAL(broken->failure->message, "http://x.example/broken answered 500 Internal Server Error");
  CAF_CHECK_EQUAL(w->count(site + "/broken"), 3u);
  CAF_CHECK_EQUAL(missing->failure->message, "http://x.example/missing answered 404 Not Found");
  CAF_CHECK_EQUAL(w->count(site + "/missing"), 1u);
}

CAF_TEST(an unreachable host is an error of every page and is left alone) {
  start();
  failure(site + "/robots.txt", errc::connect_failed);
  auto x = ask(site + "/a");
  pass(5s);
  CAF_CHECK(x->code() == errc::connect_failed);
  CAF_CHECK_EQUAL(w->count(site + "/robots.txt"), 3u);
  CAF_CHECK(ask(site + "/b")->code() == errc::connect_failed);
  CAF_CHECK_EQUAL(w->log.size(), 3u);
}

CAF_TEST(a page too large is no reason to try again) {
  start();
  no_robots();
  failure(site + "/big", errc::too_large);
  CAF_CHECK(ask(site + "/big")->code() == errc::too_large);
  CAF_CHECK_EQUAL(w->count(site + "/big"), 1u);
}

CAF_TEST(what holds still is answered as unchanged) {
  start();
  no_robots();
  status(site + "/a", 304);
  auto x = ask(site + "/a", "r_1", "\"v1\"");
  CAF_REQUIRE(x->page);
  CAF_CHECK(x->page->unchanged);
  CAF_CHECK_EQUAL(x->page->fetch.validator, "\"v1\"");
  CAF_CHECK_EQUAL(header(w->log.back(), "If-None-Match"), "\"v1\"");
  CAF_CHECK_EQUAL(w->extractions, 0u);
  page(site + "/b");
  auto y = ask(site + "/b", "r_1", "Wed, 21 Oct 2015 07:28:00 GMT");
  pass(1s);
  CAF_CHECK(y->page);
  CAF_CHECK_EQUAL(header(w->log.back(), "If-Modified-Since"), "Wed, 21 Oct 2015 07:28:00 GMT");
}

CAF_TEST(what is not read is refused by its type) {
  start();
  no_robots();
  page(site + "/picture", "GIF89a", {{"content-type", "image/gif"}});
  page(site + "/nothing", "", {{"content-type", "text/html"}});
  CAF_CHECK(ask(site + "/picture")->code() == errc::unsupported_media);
  auto nothing = ask(site + "/nothing");
  pass(1s);
  CAF_CHECK(nothing->code() == errc::content_empty);
  CAF_CHECK_EQUAL(w->extractions, 0u);
}

CAF_TEST(a redirect on the host asks robots again) {
  start();
  page(site + "/robots.txt", "User-agent: *\nDisallow: /private\n");
  status(site + "/old", 301, {{"location", "/new"}});
  page(site + "/new", "moved");
  auto x = ask(site + "/old");
  pass(1s);
  CAF_REQUIRE(x->page);
  CAF_CHECK_EQUAL(x->page->fetch.url, site + "/old");
  CAF_CHECK_EQUAL(x->page->fetch.final_url, site + "/new");
  status(site + "/trick", 302, {{"location", "/private/x"}});
  auto y = ask(site + "/trick");
  pass(2s);
  CAF_CHECK(y->code() == errc::robots_disallowed);
}

CAF_TEST(a redirect to another host is up to that host) {
  start();
  no_robots();
  page("http://y.example/robots.txt", "User-agent: *\nDisallow: /closed\n");
  status(site + "/open", 302, {{"location", "http://y.example/open"}});
  status(site + "/closed", 302, {{"location", "http://y.example/closed"}});
  page("http://y.example/open", "over there");
  auto x = ask(site + "/open");
  auto y = ask(site + "/closed");
  pass(2s);
  CAF_REQUIRE(x->page);
  CAF_CHECK_EQUAL(x->page->fetch.url, site + "/open");
  CAF_CHECK_EQUAL(x->page->fetch.final_url, "http://y.example/open");
  CAF_CHECK(y->code() == errc::robots_disallowed);
  CAF_CHECK_EQUAL(w->count("http://y.example/closed"), 0u);
}

CAF_TEST(redirects in a circle and to strange places end) {
  start();
  no_robots();
  no_robots("http://y.example");
  status(site + "/a", 302, {{"location", "http://y.example/a"}});
  status("http://y.example/a", 302, {{"location", site + "/a"}});
  status(site + "/f", 302, {{"location", "file:///etc/passwd"}});
  auto x = ask(site + "/a");
  auto y = ask(site + "/f");
  pass(30s);
  CAF_CHECK(x->code() == errc::too_many_redirects);
  CAF_CHECK(y->code() == errc::url_invalid);
}

CAF_TEST(an abort answers everything of its token at once and nothing of others) {
  start();
  no_robots();
  hold(site + "/flying");
  page(site + "/waiting");
  page(site + "/other");
  auto flying = ask(site + "/flying");
  auto waiting = ask(site + "/waiting");
  auto other = ask(site + "/other", "r_2");
  caf::anon_send(router, abort_fetches{"r_1"});
  settle();
  CAF_CHECK(flying->code() == errc::cancelled);
  CAF_CHECK(waiting->code() == errc::cancelled);
  CAF_CHECK(!other->done());
  CAF_CHECK_EQUAL(w->aborted, std::vector<std::string>{"r_1"});
  pass(2s);
  CAF_CHECK(other->page);
  CAF_CHECK_EQUAL(w->count(site + "/waiting"), 0u);
}

CAF_TEST(a page without an answer is given up after thirty seconds and waiting for a turn is not counted) {
  start();
  page(site + "/robots.txt", "User-agent: *\nCrawl-delay: 20\n");
  failure(site + "/silent", errc::deadline_exceeded);
  auto silent = ask(site + "/silent");
  CAF_CHECK(silent->code() == errc::deadline_exceeded);
  CAF_CHECK_EQUAL(w->count(site + "/silent"), 1u);
  for (auto path : {"/a", "/b", "/c", "/d"})
    page(site + path);
  std::vector<std::shared_ptr<outcome>> patient;
  for (auto path : {"/a", "/b", "/c", "/d"})
    patient.push_back(ask(site + path));
  pass(81s);
  for (auto& x : patient)
    CAF_CHECK(x->page);
  CAF_CHECK(scrape_options{}.attempt_timeout == 30s);
}

CAF_TEST(pages whose time is over are answered then) {
  start();
  no_robots();
  page(site + "/a");
  page(site + "/b");
  ask(site + "/a");
  auto late = ask(site + "/b", "r_1", {}, 500ms);
  CAF_CHECK(late->code() == errc::deadline_exceeded); // the crawl delay leaves no time for it
  hold(site + "/c");
  auto silent = ask(site + "/c", "r_1", {}, 20s);
  pass(30s);
  CAF_CHECK(silent->code() == errc::deadline_exceeded);
}

CAF_TEST_FIXTURE_SCOPE_END()
