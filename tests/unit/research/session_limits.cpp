// What a session does when time is short or parts fail: within its budget whatever is slow, stalled steps named,
// writers that end, a research for which nothing can be found in one commit.
#define CAF_SUITE session_limits

#include "tests/unit/research/session_checks.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

using namespace std::chrono_literals;

/// Everything but commits may hang; the research ends in time all the same.
void ends_in_time(fake_world w, std::size_t silent, bool web) {
  queue(w);
  auto row = row_of(w, web);
  row.request.timeout_s = 20;
  w.silent.insert(silent);
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(w.log.back().data.find("\"deadline\"") != std::string::npos);
  CAF_CHECK(d.at.now - start <= 20s + reserve_of(20));
  CAF_CHECK_EQUAL(w.reports.size(), 1u);
}

} // namespace

CAF_TEST(a research ends in its time whatever is slow) {
  for (auto silent : {request_kind<list_files>(), request_kind<find_fetches>(), request_kind<fetch_page>(),
                      request_kind<embed_document>(), request_kind<index_documents>(), request_kind<search_passages>(),
                      request_kind<get_document>(), request_kind<compose_answer>()}) {
    CAF_MESSAGE("silent: " << silent);
    if (silent != request_kind<list_files>())
      ends_in_time(small_web(), silent, true);
    ends_in_time(small_folder(12), silent, false);
  }
}

CAF_TEST(a listing that nobody has in hand is given up long before the deadline) {
  auto w = small_folder(6);
  queue(w);
  auto row = row_of(w, false);
  row.request.timeout_s = 600;
  w.silent.insert(request_kind<list_files>());
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  check_log(w);
  CAF_CHECK(d.at.now - start < 60s);
  CAF_CHECK_EQUAL(w.status, research_status::failed);
  CAF_CHECK(w.log.back().data.find("30 s after it was asked for") != std::string::npos);
  CAF_CHECK(w.log.back().data.find("troupe tree") != std::string::npos);
}

CAF_TEST(a listing that waits for a worker is waited for) {
  auto w = small_folder(6);
  queue(w);
  auto row = row_of(w, false);
  row.request.timeout_s = 120;
  w.silent.insert(request_kind<list_files>());
  w.every_page_known = true;
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  CAF_CHECK(d.at.now - start > 90s);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
}

CAF_TEST(what ends before anything was listed says so) {
  auto w = small_folder(6);
  queue(w);
  auto row = row_of(w, false);
  row.request.timeout_s = 20;
  w.silent.insert(request_kind<list_files>());
  drive d{w, row};
  d.run();
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(w.log.back().data.find("over before it was known what there is to read") != std::string::npos);
}

CAF_TEST(an attempt that takes over after the deadline counts what was found before) {
  auto w = small_folder(40);
  queue(w);
  auto row = row_of(w, false, 2);
  row.started_at = w.wall - 119s;
  row.request.timeout_s = 120;
  auto told = [&](event_data x) {
    auto e = make_event({}, x);
    w.log.push_back({row.id, event_seq{w.log.size() + 1}, e.at, e.type, e.data});
  };
  told(events::research_started{1, node_id{"node-1"}});
  for (auto i = 0; i < 19; ++i)
    told(events::page_fetched{
      "file:///docs/" + std::to_string(1000 + i) + ".html", "t", document_id{std::to_string(i)}, 0, 0, 0, 0, {}});
  w.silent.insert(request_kind<list_files>());
  drive d{w, row};
  d.run();
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(w.log.back().data.find("after 19 of 19 pages") != std::string::npos);
}

CAF_TEST(a stalled step is named) {
  auto w = small_folder(6);
  queue(w);
  auto row = row_of(w, false);
  row.request.timeout_s = 600;
  w.silent.insert(request_kind<index_documents>());
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  check_log(w);
  CAF_CHECK(d.at.now - start < 60s);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(w.log.back().data.find("indexing made no progress") != std::string::npos);
}

CAF_TEST(a commit nobody answers ends the session without another word) {
  auto w = small_folder(6);
  queue(w);
  w.silent.insert(request_kind<commit_research>());
  drive d{w, row_of(w, false)};
  d.run();
  CAF_REQUIRE_EQUAL(w.ends.size(), 1u);
  CAF_CHECK(!w.ends[0].finished);
  CAF_CHECK_EQUAL(w.log.size(), 1u);
}

CAF_TEST(an answer that ends every writer is given up as a dead letter) {
  auto w = small_folder(6);
  queue(w);
  w.writers_die = true;
  drive d{w, row_of(w, false)};
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::failed);
  CAF_CHECK_EQUAL(w.composed, 3u);
  CAF_REQUIRE_EQUAL(w.dead.size(), 1u);
  CAF_CHECK_EQUAL(w.dead[0].queue, "research");
  CAF_CHECK(w.dead[0].subject.empty());
}

CAF_TEST(a writer that ended once is no reason to give up) {
  auto w = small_folder(6);
  queue(w);
  w.writers_die = true;
  drive d{w, row_of(w, false)};
  d.before = [](drive& x) { x.world.writers_die = x.world.composed < 2; };
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_CHECK(w.dead.empty());
}

CAF_TEST(a research for which nothing is there takes one search and one commit) {
  fake_world w;
  queue(w);
  auto row = row_of(w, false);
  row.request.paths.clear();
  drive d{w, row};
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK_EQUAL(w.commits, 1u);
  CAF_CHECK_EQUAL(w.composed, 0u);
  CAF_CHECK_EQUAL(w.searches, 1u);
  CAF_CHECK_EQUAL(d.steps, 3u); // search, commit, end
  CAF_CHECK_EQUAL(count(w, "plan.ready"), 1u);
  auto slow = fake_world{}; // its beginning is seen even so when the search takes its time
  queue(slow);
  slow.silent.insert(request_kind<search_passages>());
  drive waiting{slow, row};
  auto seen = false;
  waiting.before = [&](drive& x) {
    if (count(x.world, "plan.ready") == 1 && x.at.wall - x.machine.row().started_at < 1s)
      seen = true;
  };
  waiting.run();
  CAF_CHECK(seen);
}

CAF_TEST(what was known before is found by a research that names no source) {
  auto w = small_folder(12);
  queue(w);
  drive first{w, row_of(w, false)};
  first.run();
  w.log.clear();
  w.reports.clear();
  queue(w);
  auto row = row_of(w, false);
  row.id = research_id{"r_01OTHER"};
  row.request.paths.clear();
  drive second{w, row};
  second.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_REQUIRE_EQUAL(w.reports.size(), 1u);
  CAF_CHECK(!w.reports[0].citations.empty());
}

CAF_TEST(a cancelled research keeps the report that was drafted) {
  auto w = small_folder(6);
  queue(w);
  drive d{w, row_of(w, false)};
  auto drafted = false;
  d.before = [&](drive& x) {
    if (x.world.composed == 1 && count(x.world, "report.delta") == 0 && x.world.commits > 0)
      drafted = true;
  };
  d.run();
  CAF_REQUIRE(drafted);
  auto again = small_folder(6);
  queue(again);
  drive other{again, row_of(again, false)};
  auto asked = false;
  other.before = [&](drive& x) { // answered by the writer, its commit on the way
    auto writing =
      !x.todo.empty() && std::holds_alternative<commit_research>(x.todo.front().what) && x.world.composed == 1;
    if (writing && !std::exchange(asked, true))
      x.take(x.machine.cancel(x.at));
  };
  other.run();
  check_log(again);
  if (again.status == research_status::cancelled) {
    CAF_REQUIRE_EQUAL(again.reports.size(), 1u);
    CAF_CHECK(!again.reports[0].citations.empty());
  }
  auto early = small_folder(6); // nothing was drafted yet: nothing is written
  queue(early);
  drive third{early, row_of(early, false)};
  auto once = false;
  third.before = [&](drive& x) {
    if (x.machine.phase() == research_phase::read && !std::exchange(once, true))
      x.take(x.machine.cancel(x.at));
  };
  third.run();
  check_log(early);
  CAF_CHECK_EQUAL(early.status, research_status::cancelled);
  CAF_CHECK(early.reports.empty());
}
