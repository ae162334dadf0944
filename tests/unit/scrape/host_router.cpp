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

CAF_TEST(a page that ends extractors is given to three of them) {
  start();
  no_robots();
  page(site + "/poison");
  w->extraction_failure = errc::unavailable;
  auto x = ask(site + "/poison");
  CAF_CHECK(x->code() == errc::unreadable);
  CAF_CHECK_EQUAL(w->extractions, 3u);
  w->extraction_failure = errc::content_empty;
  page(site + "/empty");
  auto y = ask(site + "/empty");
  pass(1s);
  CAF_CHECK(y->code() == errc::content_empty);
  CAF_CHECK_EQUAL(w->extractions, 4u);
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
