// The scrape room's door: owners come and go, extractors share the work, files go past the hosts.
#define CAF_SUITE host_router

#include "tests/unit/scrape/host_fixture.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

const std::string site = "http://x.example";

struct router_fixture : scrape_fixture {
  std::vector<std::string> tree() {
    std::vector<std::string> result;
    auto asked = self->request(root, caf::infinite, get_tree{deadline::in(10s)});
    settle();
    asked.receive(
      [&](const tree_snapshot& x) {
        for (const auto& info : x.actors)
          result.push_back(info.path);
      },
      [&](const caf::error& x) { CAF_FAIL(to_string(x)); });
    return result;
  }
  page_standing standing(const std::string& url) {
    page_standing result;
    auto asked = self->request(router, caf::infinite, find_page{"r_1", url, deadline::in(10s)});
    settle();
    asked.receive([&](const page_standing& x) { result = x; }, [&](const caf::error& x) { CAF_FAIL(to_string(x)); });
    return result;
  }
  std::string why(const std::string& url) { return standing(url).why; }
  bool has_owner() {
    auto all = tree();
    return std::find(all.begin(), all.end(), "scrape/host/x.example") != all.end();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(host_router_tests, router_fixture)

CAF_TEST(an owner is added on demand and ends itself when idle and comes back) {
  start();
  no_robots();
  page(site + "/a");
  CAF_CHECK(!has_owner());
  CAF_CHECK(ask(site + "/a")->page);
  CAF_CHECK(has_owner());
  pass(6min, 10s);
  CAF_CHECK(!has_owner());
  auto again = ask(site + "/a");
  pass(1s);
  CAF_CHECK(again->page);
  CAF_CHECK(has_owner());
}

CAF_TEST(an owner that is killed is replaced and the page read) {
  start();
  no_robots();
  hold(site + "/a");
  page(site + "/a", "second time");
  auto x = ask(site + "/a");
  auto asked = self->request(root, caf::infinite, find_child{"host/x.example"});
  settle();
  caf::actor owner;
  asked.receive([&](const caf::actor& a) { owner = a; }, [&](const caf::error& e) { CAF_FAIL(to_string(e)); });
  caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
  settle();
  caf::anon_send(root, remove_child{"host/x.example"});
  settle();
  pass(1s);
  CAF_REQUIRE(x->page);
  CAF_CHECK_EQUAL(x->page->content.text, "second time");
}

CAF_TEST(a router that restarts finds the owners that are there) {
  start();
  no_robots();
  page(site + "/a");
  page(site + "/b");
  CAF_CHECK(ask(site + "/a")->page);
  auto restarted = self->request(root, caf::infinite, restart_child{"scrape/router", deadline::in(10s)});
  settle();
  restarted.receive([](const actor_info&) {}, [&](const caf::error& e) { CAF_FAIL(to_string(e)); });
  auto x = ask(site + "/b");
  pass(1s);
  CAF_CHECK(x->page);
  CAF_CHECK_EQUAL(w->count(site + "/robots.txt"), 1u);
}

CAF_TEST(files and folders go to the extractors) {
  start();
  auto x = ask("file:///srv/a.html");
  CAF_REQUIRE(x->page);
  CAF_CHECK_EQUAL(x->page->fetch.status, 0u);
  CAF_CHECK_EQUAL(x->page->fetch.validator, "4:1");
  CAF_CHECK_EQUAL(x->page->content.text, "file");
  auto asked = self->request(router, caf::infinite, list_files{"/srv", 10, deadline::in(10s)});
  settle();
  asked.receive([](const file_list& y) { CAF_CHECK_EQUAL(y.files.at(0).url, "file:///srv/a.html"); },
                [&](const caf::error& e) { CAF_FAIL(to_string(e)); });
}

CAF_TEST(a folder whose extractor dies or falls silent is listed by another) {
  start();
  std::optional<file_list> found;
  std::optional<error> failed;
  auto list = [&] {
    list_files msg{"/srv", 10, deadline::in(100s), {}, "r_1"};
    found.reset();
    failed.reset();
    caf::anon_send(self->spawn([&, msg](caf::event_based_actor* asking) {
      asking->request(router, caf::infinite, msg)
        .then([&](file_list& x) { found = std::move(x); }, [&](const caf::error& e) { failed = from_caf(e); });
    }),
                   std::string{});
    settle();
  };
  w->dying = 1;
  list();
  pass(500ms);
  CAF_CHECK(found);
  w->slow = true;
  list();
  CAF_CHECK(standing("/srv").known);
  w->slow = false;
  pass(7s);
  CAF_CHECK(!found); // nobody is called lost before his time
  pass(2s);
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->files.at(0).url, "file:///srv/a.html");
  CAF_CHECK_EQUAL(w->extracted_by.size(), 4u);
  CAF_CHECK(w->extracted_by[2] != w->extracted_by[3]);
  CAF_CHECK(!standing("/srv").known);
  w->kept.front()(); // it was only slow
  settle();
  w->extraction_failure = errc::internal;
  list();
  CAF_REQUIRE(failed);
  CAF_CHECK(failed->code == errc::poisoned);
  CAF_CHECK_EQUAL(failed->message, "the listing of /srv was given up after 3 attempts: extractor failed");
}

CAF_TEST(a listing that is not wanted any more is answered) {
  start();
  w->slow = true;
  std::optional<error> failed;
  auto asked = self->request(router, caf::infinite, list_files{"/srv", 10, deadline::in(100s), {}, "r_1"});
  settle();
  caf::anon_send(router, abort_fetches{"r_1"});
  settle();
  asked.receive([](const file_list&) { CAF_FAIL("listed"); }, [&](const caf::error& e) { failed = from_caf(e); });
  CAF_CHECK(failed->code == errc::cancelled);
  CAF_CHECK(*w->stops.at(0));
}

CAF_TEST(any number of folders is listed one after the other) {
  start();
  int listed = 0;
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    auto path = i % 2 == 0 ? "/srv" : "/none";
    auto asked = self->request(router, caf::infinite, list_files{path, 10, deadline::in(10s)});
    settle();
    asked.receive([&](const file_list&) { ++listed; },
                  [&](const caf::error& e) { refused += from_caf(e).code == errc::path_not_allowed ? 1 : 0; });
  }
  CAF_CHECK_EQUAL(listed, 100);
  CAF_CHECK_EQUAL(refused, 100);
}

CAF_TEST(a page that fails in every attempt is poison and an unreadable one is not ) {
  start();
  no_robots();
  page(site + "/poison");
  w->extraction_failure = errc::internal;
  auto x = ask(site + "/poison");
  CAF_CHECK(x->code() == errc::poisoned);
  CAF_CHECK_EQUAL(x->failure->message, site + "/poison was given up after 3 attempts: extractor failed");
  CAF_CHECK_EQUAL(w->extractions, 3u);
  w->extraction_failure = errc::content_empty;
  page(site + "/empty");
  auto y = ask(site + "/empty");
  pass(1s);
  CAF_CHECK(y->code() == errc::content_empty);
  CAF_CHECK_EQUAL(w->extractions, 4u);
}

CAF_TEST(a page whose extractor dies goes to another) {
  start();
  no_robots();
  page(site + "/a");
  w->dying = 1;
  auto x = ask(site + "/a");
  pass(500ms);
  CAF_CHECK(x->page);
  CAF_REQUIRE_EQUAL(w->extracted_by.size(), 2u);
  CAF_CHECK(w->extracted_by[0] != w->extracted_by[1]);
  page(site + "/b");
  w->dying = 3;
  auto y = ask(site + "/b");
  pass(5s);
  CAF_CHECK(y->code() == errc::poisoned);
}

CAF_TEST(nothing is fetched that could not be extracted) {
  w->credit = 1;
  w->slow = true;
  scrape_options options;
  options.public_crawl_delay = 0ms;
  start(options);
  no_robots();
  std::vector<std::shared_ptr<outcome>> all;
  for (auto path : {"/a", "/b", "/c", "/d", "/e"}) {
    page(site + path);
    all.push_back(ask(site + path));
  }
  CAF_CHECK_EQUAL(w->log.size(), 1u + 2u); // robots.txt needs no credit; two extractors, a piece each
  pass(5s);
  CAF_CHECK_EQUAL(w->log.size(), 1u + 2u);
  CAF_CHECK_EQUAL(why(site + "/c"), "waits for credit, as extraction is behind");
  CAF_CHECK_EQUAL(why(site + "/a"), "");
  for (int i = 0; i < 5; ++i) {
    CAF_REQUIRE(!w->kept.empty());
    w->kept.front()();
    w->kept.pop_front();
    settle();
  }
  for (auto& x : all)
    CAF_CHECK(x->page);
}

CAF_TEST(credit comes back from what needed none in the end) {
  w->credit = 1;
  scrape_options options;
  options.public_crawl_delay = 0ms;
  start(options);
  no_robots();
  std::vector<std::shared_ptr<outcome>> all;
  for (int i = 0; i < 10; ++i) {
    auto url = site + "/" + std::to_string(i);
    if (i % 2 == 0)
      status(url, 404);
    else
      page(url);
    all.push_back(ask(url));
  }
  for (auto& x : all)
    CAF_CHECK(x->done());
  no_robots("http://y.example");
  page("http://y.example/a");
  CAF_CHECK(ask("http://y.example/a")->page);
}

CAF_TEST(a router that restarts is offered what waits) {
  w->credit = 1;
  w->slow = true;
  scrape_options options;
  options.public_crawl_delay = 0ms;
  start(options);
  no_robots();
  for (auto path : {"/a", "/b", "/c"}) {
    page(site + path);
    ask(site + path);
  }
  restart_router();
  w->slow = false;
  w->kept.clear();
  page(site + "/d");
  auto x = ask(site + "/d");
  pass(60s, 1s); // the credit of the router that went is over
  CAF_CHECK(x->page);
}

CAF_TEST(what waits at a host for a router that ended is fetched once for who asks again) {
  scrape_options options;
  options.public_crawl_delay = 12s;
  start(options);
  no_robots();
  hold(site + "/a");
  std::vector<std::string> paths{"/a", "/b", "/c"};
  page(site + "/b");
  page(site + "/c");
  std::vector<std::shared_ptr<outcome>> first;
  std::vector<std::shared_ptr<outcome>> again;
  for (auto& path : paths)
    first.push_back(ask(site + path));
  restart_router();
  for (auto& x : first)
    CAF_CHECK(x->code() == errc::unavailable);
  for (auto& path : paths)
    again.push_back(ask(site + path));
  release(); // /a was in flight all the time
  pass(25s, 500ms);
  for (auto& x : again)
    CAF_CHECK(x->page);
  for (auto& path : paths)
    CAF_CHECK_EQUAL(w->count(site + path), 1u);
}

CAF_TEST(what nobody asks for again is not fetched after its router) {
  scrape_options options;
  options.public_crawl_delay = 12s;
  start(options);
  no_robots();
  page(site + "/a");
  page(site + "/b");
  ask(site + "/a");
  ask(site + "/b");
  restart_router();
  page(site + "/c");
  auto other = ask(site + "/c");
  pass(25s, 500ms);
  CAF_CHECK(other->page);
  CAF_CHECK_EQUAL(w->count(site + "/b"), 0u);
  CAF_CHECK(!standing(site + "/b").known);
}

CAF_TEST(large documents have a worker of their own) {
  start();
  no_robots();
  page(site + "/large.pdf", "%PDF-1.7" + std::string(3u << 20, ' '), {{"content-type", "application/pdf"}});
  page(site + "/small.pdf", "%PDF-1.7", {{"content-type", "application/pdf"}});
  w->slow = true;
  auto large = ask(site + "/large.pdf");
  CAF_CHECK_EQUAL(w->extracted_by, std::vector<std::string>{"heavy/0"});
  auto small = ask(site + "/small.pdf");
  pass(2s);
  CAF_REQUIRE_EQUAL(w->extracted_by.size(), 2u);
  CAF_CHECK(w->extracted_by[1].starts_with("extractor/"));
  auto file = ask("file:///srv/large.pdf");
  CAF_REQUIRE_EQUAL(w->kept.size(), 3u);
  w->kept[2](); // too large, says the worker
  settle();
  w->kept[0]();
  settle();
  CAF_CHECK(large->page);
  CAF_REQUIRE_EQUAL(w->extracted_by.size(), 4u);
  CAF_CHECK_EQUAL(w->extracted_by[3], "heavy/0");
  w->kept[3]();
  settle();
  CAF_CHECK(file->page);
}

CAF_TEST(large documents are done one at a time and take no credit from the others) {
  w->credit = 1;
  w->slow = true;
  scrape_options options;
  options.public_crawl_delay = 0ms;
  start(options);
  no_robots();
  no_robots("http://y.example");
  for (auto path : {"/1.pdf", "/2.pdf"}) {
    page(site + path, "%PDF-1.7" + std::string(3u << 20, ' '), {{"content-type", "application/pdf"}});
    ask(site + path);
  }
  CAF_CHECK_EQUAL(w->log.size(), 3u); // robots.txt, and both of them
  CAF_CHECK_EQUAL(w->extracted_by, std::vector<std::string>{"heavy/0"});
  for (auto path : {"/a", "/b"}) { // the two extractors are as free as ever
    page(std::string{"http://y.example"} + path);
    ask(std::string{"http://y.example"} + path);
  }
  CAF_CHECK_EQUAL(w->extracted_by.size(), 3u);
  w->kept.front()();
  settle();
  CAF_REQUIRE_EQUAL(w->extracted_by.size(), 4u);
  CAF_CHECK_EQUAL(w->extracted_by[3], "heavy/0");
}

CAF_TEST(an abort reaches what is being extracted) {
  start();
  no_robots();
  w->slow = true;
  page(site + "/a");
  auto x = ask(site + "/a");
  auto file = ask("file:///srv/b.html");
  CAF_REQUIRE_EQUAL(w->stops.size(), 2u);
  caf::anon_send(router, abort_fetches{"r_1"});
  settle();
  CAF_CHECK(x->code() == errc::cancelled);
  CAF_CHECK(file->code() == errc::cancelled);
  CAF_CHECK(*w->stops[0] && *w->stops[1]);
  CAF_CHECK(!standing(site + "/a").known);
}

CAF_TEST(a page that waits is found with its reason) {
  start();
  page(site + "/robots.txt", "User-agent: *\nCrawl-delay: 60\n");
  page(site + "/a");
  page(site + "/b");
  ask(site + "/a");
  auto b = ask(site + "/b");
  auto found = standing(site + "/b");
  CAF_CHECK(found.known);
  CAF_CHECK_EQUAL(found.why, "waits for the crawl delay of x.example");
  CAF_CHECK(!standing(site + "/a").known); // it was answered
  CAF_CHECK(!standing(site + "/nowhere").known);
  CAF_CHECK(!b->done());
}

CAF_TEST(what is no web address and what is too much is refused) {
  scrape_options options;
  options.max_hosts = 2;
  start(options);
  CAF_CHECK(ask("ftp://x.example/a")->code() == errc::url_invalid);
  CAF_CHECK(ask("nonsense")->code() == errc::url_invalid);
  for (auto host : {"http://a.example", "http://b.example"}) {
    no_robots(host);
    page(std::string{host} + "/");
    CAF_CHECK(ask(std::string{host} + "/")->page);
  }
  CAF_CHECK(ask("http://c.example/")->code() == errc::overloaded);
}

CAF_TEST(a room that stops answers what is under way) {
  start();
  no_robots();
  hold(site + "/a");
  auto x = ask(site + "/a");
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  settle();
  pass(1s);
  CAF_CHECK(x->done());
  root = nullptr;
}

CAF_TEST_FIXTURE_SCOPE_END()
