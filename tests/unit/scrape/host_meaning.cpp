// What HTTP answers mean, and how a host is treated, on given time.
#define CAF_SUITE host_meaning

#include "actors/scrape/host_policy.hpp"
#include "actors/scrape/http_meaning.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

constexpr host_clock::time_point start{1h};

host_page page(std::string path, std::chrono::milliseconds time = 60s, std::string token = "r_1") {
  return {"http://x.example" + path, std::move(token), start + time, false};
}

host_outcome answered(std::uint16_t status, std::optional<std::chrono::milliseconds> wait = std::nullopt) {
  return {errc::none, status, wait};
}

/// A policy that has read a robots.txt.
host_policy ready(std::string_view robots = "", bool private_host = false, host_limits limits = {}) {
  host_policy x{"x.example", private_host, limits};
  auto first = x.add(page("/first"), start);
  CAF_REQUIRE(first);
  CAF_REQUIRE_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::ask_robots));
  CAF_REQUIRE_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::nothing));
  x.robots_answered(robots.empty() ? 404 : 200, robots, "troupe", start);
  return x;
}

} // namespace

CAF_TEST(Retry - After in seconds and as a date) {
  auto now = std::chrono::sys_days{std::chrono::year{2015} / 10 / 21} + 7h + 27min;
  CAF_CHECK(retry_after("120", now) == std::optional{120s});
  CAF_CHECK(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now) == std::optional{60s});
  CAF_CHECK(retry_after("Wed, 21 Oct 2015 07:00:00 GMT", now) == std::optional{0s});
  for (auto bad : {"", "-5", "soon", "Wed, 41 Oct 2015 07:28:00 GMT", "Wed, 21 Xxx 2015 07:28:00 GMT", "1e9"})
    CAF_CHECK(!retry_after(bad, now));
}

CAF_TEST(validators and conditions) {
  http_response x;
  x.headers = {{"last-modified", "Wed, 21 Oct 2015 07:28:00 GMT"}};
  CAF_CHECK_EQUAL(condition_of(validator_of(x)).first, "If-Modified-Since");
  x.headers.emplace_back("etag", "W/\"7\"");
  CAF_CHECK_EQUAL(validator_of(x), "W/\"7\"");
  CAF_CHECK_EQUAL(condition_of(validator_of(x)).first, "If-None-Match");
}

CAF_TEST(media types) {
  for (auto good :
       {"", "text/html; charset=utf-8", "Text/HTML", "application/xhtml+xml", "text/plain", "text/markdown",
        "application/pdf", "application/epub+zip", "text/csv", "application/json", "application/rss+xml", "text/xml"})
    CAF_CHECK(readable_media(good));
  for (auto bad : {"image/png", "text/css", "application/zip", "application/octet-stream", "text/htmlx"})
    CAF_CHECK(!readable_media(bad));
}

CAF_TEST(a failure status is a sentence) {
  CAF_CHECK_EQUAL(status_error("http://x.example/a", 404).message, "http://x.example/a answered 404 Not Found");
  CAF_CHECK_EQUAL(status_phrase(599), "599");
}

CAF_TEST(starts keep the crawl delay and the connections their limit) {
  auto x = ready();
  for (auto path : {"/a", "/b", "/c"})
    CAF_REQUIRE(x.add(page(path), start));
  auto first = x.next(start);
  CAF_CHECK_EQUAL(static_cast<int>(first.what), static_cast<int>(host_step::fetch));
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 999ms).what), static_cast<int>(host_step::nothing));
  CAF_CHECK(x.wake(start) == std::optional{start + 1s});
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 1s).what), static_cast<int>(host_step::fetch));
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 2s).what), static_cast<int>(host_step::nothing)); // two in flight
  CAF_CHECK(x.fetched(first.ticket, answered(200), start + 2s) == host_verdict::deliver);
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 2s).what), static_cast<int>(host_step::fetch));
}

CAF_TEST(a private host has no delay unless robots gives one) {
  auto x = ready("", true);
  CAF_REQUIRE(x.add(page("/a"), start));
  x.next(start);
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::fetch));
  auto y = ready("User-agent: *\nCrawl-delay: 3\n", true);
  CAF_REQUIRE(y.add(page("/a"), start));
  y.next(start);
  CAF_CHECK_EQUAL(static_cast<int>(y.next(start + 2999ms).what), static_cast<int>(host_step::nothing));
  CAF_CHECK_EQUAL(static_cast<int>(y.next(start + 3s).what), static_cast<int>(host_step::fetch));
}

CAF_TEST(extraction that lags behind holds fetching back) {
  host_limits limits;
  limits.extracting = 1;
  auto x = ready("", true, limits);
  CAF_REQUIRE(x.add(page("/a"), start));
  CAF_CHECK(x.fetched(x.next(start).ticket, answered(200), start) == host_verdict::deliver);
  x.extraction_began(start);
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::nothing));
  x.extraction_ended();
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::fetch));
}

namespace {

/// A policy that starts pages under credit alone; `/first` waits in it.
host_policy on_credit(bool private_host) {
  host_limits limits;
  limits.need_credit = true;
  return ready("", private_host, limits);
}

} // namespace

CAF_TEST(credit that lapses last is used first) {
  auto x = on_credit(true);
  x.credit_granted(1, start + 9s);
  x.credit_granted(1, start + 5s);
  CAF_REQUIRE_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::fetch));
  CAF_REQUIRE(x.add(page("/b"), start));
  CAF_CHECK_EQUAL(x.demand(start + 4s).wanted, 0u);
  CAF_CHECK_EQUAL(x.demand(start + 6s).wanted, 1u);
}

CAF_TEST(credit that nothing here can use goes back once) {
  auto x = on_credit(true);
  CAF_CHECK_EQUAL(x.demand(start).wanted, 1u);
  x.credit_granted(3, start + 9s);
  auto first = x.demand(start);
  CAF_CHECK_EQUAL(first.spare, 2u);
  CAF_CHECK_EQUAL(first.wanted, 0u);
  CAF_CHECK_EQUAL(x.demand(start).spare, 0u);
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::fetch));
}

CAF_TEST(where a delay has to be kept credit is wanted for one page) {
  for (bool private_host : {false, true}) {
    auto x = on_credit(private_host);
    CAF_REQUIRE(x.add(page("/b"), start));
    CAF_REQUIRE(x.add(page("/c"), start));
    CAF_CHECK_EQUAL(x.demand(start).wanted, private_host ? 2u : 1u); // connections bound the other
  }
}

CAF_TEST(server errors are retried three times with growing waits and 404 never) {
  auto x = ready("", true);
  auto ticket = x.next(start).ticket;
  CAF_CHECK(x.fetched(ticket, answered(500), start) == host_verdict::retry);
  auto again = x.wake(start);
  CAF_REQUIRE(again);
  CAF_CHECK(*again >= start + 250ms && *again <= start + 500ms);
  CAF_CHECK_EQUAL(x.next(*again).ticket, ticket);
  CAF_CHECK(x.fetched(ticket, answered(502), *again) == host_verdict::retry);
  again = x.wake(*again);
  CAF_REQUIRE(again);
  CAF_CHECK_EQUAL(x.next(*again).ticket, ticket);
  CAF_CHECK(x.fetched(ticket, answered(500), *again) == host_verdict::deliver);

  for (auto status : {404, 403, 410, 501}) {
    auto y = ready();
    CAF_CHECK(y.fetched(y.next(start).ticket, answered(static_cast<std::uint16_t>(status)), start)
              == host_verdict::deliver);
  }
  for (auto code : {errc::too_large, errc::address_refused, errc::tls_failed}) {
    auto y = ready();
    CAF_CHECK(y.fetched(y.next(start).ticket, {code, 0, {}}, start) == host_verdict::deliver);
  }
}

CAF_TEST(what fails on our own side is tried again soon however many pages it hits) {
  for (auto code : {errc::overloaded, errc::unavailable}) {
    auto x = ready("", true);
    for (auto path : {"/a", "/b", "/c", "/d", "/e", "/f", "/g"})
      CAF_REQUIRE(x.add(page(path), start));
    std::vector<page_ticket> out; // as many as there are connections
    for (auto step = x.next(start); step.what == host_step::fetch; step = x.next(start))
      out.push_back(step.ticket);
    CAF_REQUIRE(out.size() >= 2);
    for (auto ticket : out)
      CAF_CHECK(x.fetched(ticket, {code, 0, {}}, start) == host_verdict::retry);
    for (auto ticket : out)
      CAF_CHECK_EQUAL(x.next(start + 500ms).ticket, ticket);
    for (auto ticket : out)
      CAF_CHECK(x.fetched(ticket, answered(200), start + 600ms) == host_verdict::deliver);
  }
}

CAF_TEST(a retry that would come too late is none) {
  auto x = ready();
  CAF_REQUIRE(x.add(page("/a", 1500ms), start));
  x.fetched(x.next(start).ticket, answered(200), start);
  auto ticket = x.next(start + 1s).ticket;
  CAF_CHECK(x.fetched(ticket, answered(503, 10s), start + 1s) == host_verdict::deliver);
}

CAF_TEST(Retry - After holds the whole host for as long as it says) {
  auto x = ready("", true);
  CAF_REQUIRE(x.add(page("/a", 6000s), start));
  CAF_REQUIRE(x.add(page("/b", 6000s), start));
  auto ticket = x.next(start).ticket;
  auto second = x.next(start).ticket;
  CAF_CHECK(x.fetched(second, answered(429, 1000s), start) == host_verdict::retry);
  CAF_CHECK(x.fetched(ticket, answered(200), start) == host_verdict::deliver);
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 999s).what), static_cast<int>(host_step::nothing));
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 1000s).what), static_cast<int>(host_step::fetch));
}

CAF_TEST(pages that would have to wait beyond their time are refused at once) {
  auto x = ready("", true);
  CAF_REQUIRE(x.add(page("/short", 20s), start));
  CAF_CHECK(x.fetched(x.next(start).ticket, answered(429, 30s), start) == host_verdict::retry);
  x.next(start + 1ms);
  auto refused = x.take_refused();
  CAF_REQUIRE_EQUAL(refused.size(), 1u);
  CAF_CHECK(refused[0].why.code == errc::deadline_exceeded);
  CAF_CHECK_EQUAL(refused[0].why.message,
                  "x.example is not asked again for 30 s, longer than there is time to read http://x.example/short");
}

CAF_TEST(the circuit opens after failures in a row and closes after a success) {
  auto x = ready("", true);
  for (auto path : {"/a", "/b", "/c", "/d"})
    CAF_REQUIRE(x.add(page(path, 600s), start));
  auto now = start;
  int failures = 0;
  for (int i = 0; i < 100 && failures < 5; ++i, now += 100ms)
    for (auto step = x.next(now); step.what == host_step::fetch; step = x.next(now)) {
      x.fetched(step.ticket, {errc::connect_failed, 0, {}}, now);
      if (++failures == 5)
        break;
    }
  CAF_CHECK_EQUAL(failures, 5);
  auto refused = x.take_refused();
  CAF_REQUIRE(!refused.empty());
  CAF_CHECK(refused[0].why.code == errc::connect_failed);
  CAF_CHECK(!x.add(page("/e", 600s), now));
  CAF_REQUIRE(x.add(page("/f", 600s), now + 31s));
  auto probe = x.next(now + 31s);
  CAF_REQUIRE_EQUAL(static_cast<int>(probe.what), static_cast<int>(host_step::fetch));
  CAF_CHECK(x.fetched(probe.ticket, {errc::connect_failed, 0, {}}, now + 31s) == host_verdict::deliver);
  CAF_CHECK(!x.add(page("/g", 600s), now + 60s)); // twice as long now
  CAF_REQUIRE(x.add(page("/h", 600s), now + 95s));
  CAF_CHECK(x.fetched(x.next(now + 95s).ticket, answered(200), now + 95s) == host_verdict::deliver);
  for (int i = 0; i < 3; ++i) {
    CAF_REQUIRE(x.add(page("/i", 600s), now + 96s));
    x.fetched(x.next(now + 96s).ticket, {errc::tls_failed, 0, {}}, now + 96s);
  }
  CAF_CHECK(x.add(page("/j", 600s), now + 96s));
}

CAF_TEST(three broken pages do not condemn their host) {
  auto x = ready("", true);
  for (auto path : {"/broken", "/dead"})
    CAF_REQUIRE(x.add(page(path, 600s), start));
  int asked = 0;
  for (auto now = start; now < start + 60s; now += 100ms)
    for (auto step = x.next(now); step.what == host_step::fetch; step = x.next(now), ++asked)
      x.fetched(step.ticket, answered(500), now);
  CAF_CHECK_EQUAL(asked, 9); // three times each, with the one that asked for robots.txt
  CAF_CHECK(x.take_refused().empty());
  CAF_CHECK(x.add(page("/fine", 600s), start + 60s));
}

CAF_TEST(robots refuses what waits and what comes later) {
  host_policy x{"x.example", false};
  auto secret = x.add(page("/secret/a"), start);
  CAF_REQUIRE(x.add(page("/open"), start));
  x.next(start);
  x.robots_answered(200, "User-agent: troupe\nDisallow: /secret/\n", "troupe", start);
  auto refused = x.take_refused();
  CAF_REQUIRE_EQUAL(refused.size(), 1u);
  CAF_CHECK_EQUAL(refused[0].ticket, *secret);
  CAF_CHECK_EQUAL(refused[0].why.message,
                  "robots.txt of x.example forbids http://x.example/secret/a: line 2, \"Disallow: /secret/\"");
  auto later = x.add(page("/secret/b"), start);
  CAF_CHECK(!later && later.error().code == errc::robots_disallowed);
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start).what), static_cast<int>(host_step::fetch));
}

CAF_TEST(robots is asked for once a day) {
  auto x = ready();
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 23h).what), static_cast<int>(host_step::nothing)); // expired by then
  host_page late{"http://x.example/late", "r", start + 48h, false};
  CAF_REQUIRE(x.add(late, start + 23h));
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 23h).what), static_cast<int>(host_step::fetch));
  CAF_REQUIRE(x.add(late, start + 25h));
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 25h).what), static_cast<int>(host_step::ask_robots));
}

CAF_TEST(unreachable robots forbids everything until it can be read) {
  host_policy x{"x.example", false};
  CAF_REQUIRE(x.add(page("/a"), start));
  auto now = start;
  int asked = 0;
  for (int i = 0; i < 100; ++i, now += 100ms)
    if (x.next(now).what == host_step::ask_robots) {
      ++asked;
      x.robots_answered(503, "", "troupe", now);
    }
  CAF_CHECK_EQUAL(asked, 3);
  auto refused = x.take_refused();
  CAF_REQUIRE_EQUAL(refused.size(), 1u);
  CAF_CHECK(refused[0].why.code == errc::robots_disallowed);
  CAF_CHECK(!x.add(page("/b"), now));
  auto later = page("/c");
  later.expires = start + 300s;
  CAF_REQUIRE(x.add(later, start + 75s));
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 75s).what), static_cast<int>(host_step::ask_robots));
  x.robots_answered(404, "", "troupe", start + 75s);
  CAF_CHECK_EQUAL(static_cast<int>(x.next(start + 75s).what), static_cast<int>(host_step::fetch));
}

CAF_TEST(an unreachable host says so rather than blaming robots) {
  host_policy x{"x.example", false};
  CAF_REQUIRE(x.add(page("/a"), start));
  x.next(start);
  x.robots_failed({errc::tls_failed, "certificate expired", ""}, false, start);
  auto refused = x.take_refused();
  CAF_REQUIRE_EQUAL(refused.size(), 1u);
  CAF_CHECK(refused[0].why.code == errc::tls_failed);
}

CAF_TEST(cancelled pages are refused and free their connection when it ends) {
  auto x = ready("", true);
  CAF_REQUIRE(x.add(page("/a"), start));
  CAF_REQUIRE(x.add(page("/b", 60s, "r_2"), start));
  auto flying = x.next(start).ticket;
  x.cancel("r_1");
  CAF_CHECK_EQUAL(x.take_refused().size(), 2u);
  CAF_CHECK_EQUAL(x.waiting(), 1u);
  CAF_CHECK(x.fetched(flying, answered(200), start) == host_verdict::ignore);
  CAF_CHECK(!x.idle());
  CAF_CHECK(x.fetched(x.next(start).ticket, answered(200), start) == host_verdict::deliver);
  CAF_CHECK(x.idle());
}

CAF_TEST(the queue is bounded) {
  host_limits limits;
  limits.queue = 3;
  auto x = ready("", false, limits);
  CAF_REQUIRE(x.add(page("/a"), start));
  CAF_REQUIRE(x.add(page("/b"), start));
  auto full = x.add(page("/c"), start);
  CAF_CHECK(!full && full.error().code == errc::overloaded);
  x.next(start);
  CAF_CHECK(x.add(page("/c"), start));
}
