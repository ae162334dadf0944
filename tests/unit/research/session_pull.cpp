// Sessions as sources of work: nothing is read from disk or embedded without a grant, what waits is bounded, pools that
// are slow, forgetful or give work up, pages nobody answers for.
#define CAF_SUITE session_pull

#include "tests/unit/research/session_checks.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

using namespace std::chrono_literals;

template <class Message>
std::size_t kind() {
  return request_kind<Message>();
}

} // namespace

CAF_TEST(nothing is read from disk or embedded without a grant and all of it in the end) {
  for (std::uint32_t room : {1u, 3u, 50u}) {
    auto w = small_folder(100);
    w.pools[work_queue::extract].room = w.pools[work_queue::embed].room = room;
    queue(w);
    drive d{w, row_of(w, false)};
    d.run();
    check_log(w);
    CAF_CHECK_EQUAL(w.status, research_status::done);
    CAF_CHECK_EQUAL(w.fetched.size(), 100u);
    for (auto& [queue, pool] : w.pools) {
      CAF_CHECK_EQUAL(pool.uncovered, 0u);
      CAF_CHECK_EQUAL(pool.granted, 0u); // nothing was kept
      CAF_CHECK_EQUAL(pool.offered, 0u);
      CAF_CHECK_LESS_OR_EQUAL(pool.offers, 210u);
    }
  }
}

CAF_TEST(reading pauses while too much text waits for an embedder) {
  auto w = small_folder(60);
  for (auto& [url, page] : w.pages)
    page.text = "Page " + url + " is long. " + std::string(100000, 'x');
  w.pools[work_queue::embed].room = 0;
  w.pools[work_queue::extract].room = 50;
  queue(w);
  session_options options;
  options.unembedded_bytes = 500000;
  options.file_window = 40;
  auto row = row_of(w, false);
  row.request.timeout_s = 60;
  drive d{w, row, options};
  d.before = [](drive& x) {
    if (x.at.wall - x.machine.row().started_at > 40s)
      x.world.pools[work_queue::embed].room = 2;
  };
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::partial); // nothing in there answers
  CAF_CHECK_EQUAL(w.documents.size(), 60u);
  CAF_CHECK_GREATER_OR_EQUAL(w.most_bytes_waiting, 500000u);
  CAF_CHECK_LESS(w.most_bytes_waiting, 500000u + 40 * 101000u); // what was in hand when it paused
}

CAF_TEST(an embedder that takes its time is not called stalled) {
  auto w = small_folder(8);
  queue(w);
  auto row = row_of(w, false);
  row.request.timeout_s = 600;
  w.silent.insert(kind<embed_document>());
  std::deque<std::uint64_t> held;
  drive d{w, row};
  std::deque<session_effect> late;
  d.before = [&](drive& x) { // every answer comes 50 s after it was asked for
    if (x.at.wall - x.machine.row().started_at > 50s)
      x.world.silent.clear();
  };
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(count(w, "page.failed"), 0u);
  for (auto& x : w.log)
    CAF_CHECK(x.data.find("stalled") == std::string::npos);
}

CAF_TEST(a pool that forgot an offer hears of it again) {
  auto w = small_folder(5);
  w.pools[work_queue::embed].forgets = w.pools[work_queue::extract].forgets = true;
  queue(w);
  drive d{w, row_of(w, false)};
  d.before = [](drive& x) {
    if (x.at.wall - x.machine.row().started_at > 8s)
      x.world.pools[work_queue::embed].forgets = x.world.pools[work_queue::extract].forgets = false;
  };
  auto start = d.at.now;
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_CHECK(d.at.now - start < 30s);
}

CAF_TEST(a page that was given up is failed and becomes a dead letter with its event) {
  auto w = small_folder(6);
  w.poisonous.insert("Page 4");
  queue(w);
  drive d{w, row_of(w, false)};
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_REQUIRE_EQUAL(w.dead.size(), 1u);
  CAF_CHECK_EQUAL(w.dead[0].queue, "embed");
  CAF_CHECK_EQUAL(w.dead[0].subject, "file:///docs/1004.html");
  CAF_CHECK_EQUAL(w.dead[0].research.value, "r_01TEST");
  CAF_CHECK_EQUAL(w.dead[0].attempts, 3u);
  CAF_CHECK(w.dead[0].why.code == errc::poisoned);
  CAF_CHECK(w.dead[0].id.starts_with("d_"));
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages["file:///docs/1004.html"], "poisoned");
  auto x = small_folder(6); // the same of an extractor
  x.pages["file:///docs/1002.html"].failure = errc::poisoned;
  queue(x);
  drive other{x, row_of(x, false)};
  other.run();
  CAF_REQUIRE_EQUAL(x.dead.size(), 1u);
  CAF_CHECK_EQUAL(x.dead[0].queue, "extract");
}

CAF_TEST(a page nobody has in hand is lost and one that waits for its turn is not) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true);
  row.request.timeout_s = 300;
  auto site = std::string{"http://example.org/"};
  w.hanging = {site + "vacuum", site + "cost"};
  w.standings[site + "cost"] = {true, "a crawl delay"};
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  check_log(w);
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages[site + "vacuum"], "stalled");
  CAF_CHECK_EQUAL(pages.count(site + "cost"), 0u);
  auto asked = [&](const std::string& url) { return std::count(w.asked_after.begin(), w.asked_after.end(), url); };
  CAF_CHECK_EQUAL(asked(site + "vacuum"), 1);
  CAF_CHECK(asked(site + "cost") >= 8); // once in 30 s until the time is over
  CAF_CHECK(d.at.now - start > 290s);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
}

CAF_TEST(a page nobody answers for at all is lost too) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true);
  row.request.timeout_s = 300;
  w.hanging = {"http://example.org/vacuum"};
  w.silent.insert(kind<find_page>());
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  check_log(w);
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages["http://example.org/vacuum"], "stalled");
  CAF_CHECK(d.at.now - start < 60s);
  CAF_CHECK_EQUAL(w.status, research_status::done); // one page of several
}

CAF_TEST(pages lost with a part that restarts are asked for again and given up when it stays away) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true);
  row.request.timeout_s = 300;
  auto site = std::string{"http://example.org/"};
  w.restarts = {{site, 2}, {site + "vacuum", 3}, {site + "cost", 1000}};
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  check_log(w);
  auto asked = [&](const std::string& url) { return std::count(w.fetched.begin(), w.fetched.end(), url); };
  CAF_CHECK_EQUAL(asked(site), 3);
  CAF_CHECK_EQUAL(asked(site + "vacuum"), 4);
  CAF_CHECK_EQUAL(asked(site + "cost"), 6);
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages[site + "cost"], "unavailable");
  CAF_CHECK_EQUAL(std::count_if(pages.begin(), pages.end(), [](auto& x) { return x.second == "unavailable"; }), 1);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_CHECK(d.at.now - start >= 3s); // it rests between the tries
  CAF_CHECK(d.at.now - start < 60s);
}

CAF_TEST(a page whose reader kept ending until the time was over does not ask for more time) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true);
  auto site = std::string{"http://example.org/"};
  w.restarts = {{site, 1}};
  w.pages[site].failure = errc::deadline_exceeded;
  drive d{w, row};
  d.run();
  check_log(w);
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages[site], "deadline_exceeded");
  CAF_REQUIRE_EQUAL(w.status, research_status::failed);
  CAF_CHECK(w.log.back().data.find("What reads pages ended") != std::string::npos);
}

CAF_TEST(a listing lost with a part that restarts is asked for again and given up when it stays away) {
  for (auto times : {3u, 1000u}) {
    auto w = small_folder(6);
    queue(w);
    auto row = row_of(w, false);
    w.restarts = {{row.request.paths.at(0), times}};
    drive d{w, row};
    d.run();
    check_log(w);
    CAF_CHECK_EQUAL(w.status, times == 3 ? research_status::done : research_status::failed);
    CAF_CHECK_EQUAL(count(w, "page.failed"), times == 3 ? 0u : 1u);
    if (times != 3)
      CAF_CHECK_EQUAL(1000 - w.restarts.begin()->second, 6u);
  }
}

CAF_TEST(local files lost with a part that restarts are asked for again) {
  auto w = small_folder(6);
  w.restarts = {{"file:///docs/1002.html", 2}};
  queue(w);
  drive d{w, row_of(w, false)};
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(count(w, "page.failed"), 0u);
  CAF_CHECK_EQUAL(w.documents.size(), 6u);
  CAF_CHECK_EQUAL(w.pools[work_queue::extract].uncovered, 0u);
}

CAF_TEST(no more bytes of local files are read than a research may) {
  auto w = small_folder(40);
  queue(w);
  session_options options;
  options.file_window = 4;
  options.file_bytes = 0;
  for (auto& [url, page] : w.pages)
    options.file_bytes += page.text.size() / 4;
  drive d{w, row_of(w, false), options};
  d.run();
  check_log(w);
  CAF_CHECK_GREATER_OR_EQUAL(w.fetched.size(), 6u); // a quarter of the text, however the pages differ
  CAF_CHECK_LESS(w.fetched.size(), 20u);
}

CAF_TEST(credit that comes when reading is over goes back) {
  auto w = small_folder(3);
  queue(w);
  drive d{w, row_of(w, false)};
  auto late = false;
  d.before = [&](drive& x) {
    if (x.machine.phase() == research_phase::read && !std::exchange(late, true)) {
      x.world.pools[work_queue::embed].granted += 2;
      x.take(x.machine.granted({work_queue::embed, 2, {}}, x.at));
    }
  };
  d.run();
  CAF_CHECK(late);
  CAF_CHECK_EQUAL(w.pools[work_queue::embed].granted, 0u);
}
