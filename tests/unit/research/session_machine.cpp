// Sessions against a fake world in virtual time: whole runs, resumption after every prefix of the log, deadlines,
// cancellation at every step, missing evidence, failing parts.
#define CAF_SUITE session_machine

#include "tests/unit/research/session_checks.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

using namespace std::chrono_literals;

void resume_at_every_prefix(const fake_world& fresh, bool web) {
  auto whole = fresh;
  queue(whole);
  auto row = row_of(whole, web);
  drive first{whole, row};
  first.run();
  check_log(whole);
  CAF_REQUIRE_EQUAL(whole.status, research_status::done);
  for (std::size_t n = 1; n <= whole.log.size(); ++n) {
    CAF_MESSAGE("resumed after " << n << " of " << whole.log.size() << " events");
    auto w = cut_after(whole, fresh, n);
    auto before = pages_of(w);
    auto again = row_of(w, web, 2);
    drive second{w, again};
    second.run();
    check_log(w);
    CAF_CHECK_EQUAL(pages_of(w), pages_of(whole));
    for (auto& url : w.fetched)
      CAF_CHECK(!before.contains(url));
    CAF_CHECK_EQUAL(count(w, "research.resumed"),
                    n > 1 && n < whole.log.size() && count(w, "research.started") == 1 ? 1u : 0u);
    CAF_REQUIRE_EQUAL(w.ends.size(), 1u);
    CAF_CHECK(w.ends[0].finished);
  }
}

} // namespace

CAF_TEST(a research over the web ends in a cited report) {
  auto w = small_web();
  queue(w);
  drive d{w, row_of(w, true)};
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_REQUIRE_EQUAL(w.reports.size(), 1u);
  auto& answer = w.reports[0];
  CAF_MESSAGE(answer.markdown);
  CAF_CHECK(answer.markdown.find("exceeds a threshold") != std::string::npos);
  CAF_CHECK(!answer.citations.empty());
  for (auto& x : answer.citations)
    CAF_CHECK_EQUAL(w.documents[x.document].text.substr(x.start, x.end - x.start), x.quote);
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages["http://example.org/private"], "robots_disallowed");
  CAF_CHECK_EQUAL(pages["http://example.org/missing"], "http_status");
  CAF_CHECK_EQUAL(pages["http://example.org/copy"], "duplicate");
  CAF_CHECK_EQUAL(count(w, "plan.ready"), 1u);
  CAF_CHECK_EQUAL(count(w, "source.found"), 1u);
  CAF_CHECK(count(w, "passages.indexed") >= 1);
  CAF_CHECK(w.searched_varied);
}

CAF_TEST(all files of a path are read whatever max pages says and within the window) {
  auto w = small_folder(200);
  queue(w);
  auto row = row_of(w, false);
  row.request.max_pages = 5;
  w.pools[work_queue::extract].room = w.pools[work_queue::embed].room = 16;
  session_options options;
  drive d{w, row, options};
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.fetched.size(), 200u);
  CAF_CHECK(w.most_in_flight <= options.file_window);
  CAF_CHECK(w.commits < 60); // pages share commits
  CAF_CHECK_EQUAL(w.status, research_status::done);
}

CAF_TEST(a second research over the same files reads none again) {
  auto w = small_folder(50);
  queue(w);
  drive first{w, row_of(w, false)};
  first.run();
  auto fetched = w.fetched.size();
  w.log.clear();
  w.reports.clear();
  queue(w);
  auto row = row_of(w, false);
  row.id = research_id{"r_01OTHER"};
  drive second{w, row};
  second.run();
  CAF_CHECK_EQUAL(w.fetched.size(), fetched);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_REQUIRE(!w.reports.empty());
  CAF_CHECK(!w.reports[0].citations.empty());
}

CAF_TEST(a web page that has grown old is fetched again and a fresh one is not ) {
  auto w = small_web();
  queue(w);
  drive first{w, row_of(w, true)};
  first.run();
  auto fetched = w.fetched.size();
  auto again = [&](std::chrono::hours later) {
    w.log.clear();
    queue(w);
    w.fetched.clear();
    w.wall += later;
    drive d{w, row_of(w, true)};
    d.run();
    return w.fetched.size();
  };
  CAF_CHECK(again(1h) < fetched / 2 + 2); // only what gave no snapshot
  CAF_CHECK(again(48h) >= fetched - 1);
}

CAF_TEST(a web research goes on after every prefix of its log) { resume_at_every_prefix(small_web(), true); }

CAF_TEST(a research over files goes on after every prefix of its log) {
  resume_at_every_prefix(small_folder(12), false);
}

CAF_TEST(at its deadline a research answers with what it has) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true);
  row.request.timeout_s = 10;
  drive d{w, row};
  d.before = [&](drive& x) { // the third page never comes
    if (x.world.fetched.size() == 3)
      x.world.silent.insert(session_request{fetch_page{}}.index());
  };
  auto start = d.at.now;
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(w.log.back().data.find("\"deadline\"") != std::string::npos);
  CAF_CHECK(w.aborted);
  CAF_CHECK(d.at.now - start <= 10s);
  CAF_CHECK(d.at.now - start >= 8s);
  CAF_REQUIRE_EQUAL(w.reports.size(), 1u);
}

CAF_TEST(time that passed before a takeover counts) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true, 2);
  row.started_at = w.wall - 119s;
  row.request.timeout_s = 120;
  w.silent.insert(session_request{fetch_page{}}.index());
  drive d{w, row};
  auto start = d.at.now;
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(d.at.now - start <= 3s);
}

CAF_TEST(a step without progress is given up and said to be) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true);
  row.request.timeout_s = 600;
  w.silent.insert(session_request{search_passages{}}.index());
  drive d{w, row};
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.log.back().type, "research.failed");
  CAF_CHECK(w.log.back().data.find("searching made no progress") != std::string::npos);
}

CAF_TEST(cancelling works at every step) {
  auto reference = small_web();
  queue(reference);
  drive whole{reference, row_of(reference, true)};
  whole.run();
  for (std::size_t n = 1; n < whole.steps; ++n) {
    auto w = small_web();
    queue(w);
    drive d{w, row_of(w, true)};
    auto asked = false;
    d.before = [&](drive& x) {
      if (x.steps >= n && !std::exchange(asked, true))
        x.take(x.machine.cancel(x.at));
    };
    d.run();
    check_log(w);
    auto last = w.log.back().type;
    CAF_CHECK(last == "research.cancelled" || last == "research.done");
    CAF_CHECK(last == "research.done" || w.aborted);
    CAF_REQUIRE_EQUAL(w.ends.size(), 1u);
  }
}

CAF_TEST(a page that waits for its turn is not given up before its time) {
  auto w = small_web();
  queue(w);
  auto row = row_of(w, true);
  row.request.timeout_s = 100;
  w.every_page_known = true;
  drive d{w, row};
  d.before = [](drive& x) { // those after the first wait, longer than any step may stall
    if (x.world.fetched.size() == 1)
      x.world.silent.insert(session_request{fetch_page{}}.index());
  };
  auto start = d.at.now;
  d.run();
  check_log(w);
  CAF_CHECK(d.at.now - start > 90s);
  CAF_CHECK_EQUAL(count(w, "page.failed"), 0u);
}

CAF_TEST(what was granted goes with every request) {
  auto w = small_web();
  w.folders["/docs"] = {"file:///docs/a.html"};
  w.pages["file:///docs/a.html"] = {vacuum_text, "A", {}, errc::none};
  queue(w);
  auto row = row_of(w, true);
  row.request.paths = {"/docs"};
  row.granted = {{"/docs"}, true};
  drive d{w, row};
  d.run();
  CAF_CHECK_EQUAL(w.roots, std::vector<std::string>{"/docs"});
  CAF_CHECK(w.opened.contains("http://example.org/"));
  auto closed = small_web();
  queue(closed);
  drive without{closed, row_of(closed, true)};
  without.run();
  CAF_CHECK(closed.opened.empty());
}

CAF_TEST(a research that lost a source it was asked to read is not done) {
  auto fresh = small_folder(12);
  auto whole = fresh;
  queue(whole);
  drive first{whole, row_of(whole, false)};
  first.run();
  CAF_REQUIRE_EQUAL(whole.status, research_status::done);
  std::size_t partly = 0;
  while (pages_of(cut_after(whole, fresh, partly)).size() < 6)
    ++partly;
  auto w = cut_after(whole, fresh, partly);
  w.folders.clear(); // not permitted any more
  drive second{w, row_of(w, false, 2)};
  second.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(w.log.back().data.find("\"source_lost\"") != std::string::npos);
  CAF_CHECK(w.log.back().data.find("can't read /docs") != std::string::npos);
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages["/docs"], "unreadable");
  CAF_REQUIRE_EQUAL(w.reports.size(), 1u);
  CAF_CHECK(!w.reports[0].citations.empty());
  CAF_CHECK(w.reports[0].markdown.find("can't read /docs") != std::string::npos);
}

CAF_TEST(a source that is lost for a while is said to be once and read in the end) {
  auto fresh = small_folder(12);
  fresh.folders["/more"] = {};
  auto row = row_of(fresh, false);
  row.request.paths = {"/docs", "/gone"};
  auto w = fresh;
  queue(w);
  drive first{w, row};
  first.before = [](drive& x) { // dies before the end
    if (!x.world.fetched.empty())
      x.take(x.machine.fenced());
  };
  first.run();
  auto pages = pages_of(w);
  CAF_REQUIRE_EQUAL(pages["/gone"], "unreadable");
  w.folders["/gone"] = {"file:///gone/a.html"};
  w.pages["file:///gone/a.html"] = {"It is there again.", "A", {}, errc::none};
  row.attempt = 2;
  drive second{w, row};
  second.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::done);
}

CAF_TEST(the index hears what a commit made of older versions) {
  auto w = small_folder(5);
  queue(w);
  w.outdates = {document_id{"old"}};
  w.leaves = {{document_id{"old"}, collection_name{"shared"}}};
  drive d{w, row_of(w, false)};
  d.run();
  CAF_CHECK(w.outdated.contains(document_id{"old"}));
  CAF_REQUIRE(!w.left.empty());
  CAF_CHECK(w.left[0] == w.leaves[0]);
}

CAF_TEST(what is stored while a research ends is indexed for others) {
  auto w = small_folder(5);
  queue(w);
  drive d{w, row_of(w, false)};
  auto asked = false;
  d.before = [&](drive& x) { // cancelled before the first commit, which then takes the pages along
    if (x.world.fetched.size() == 5 && !std::exchange(asked, true))
      x.take(x.machine.cancel(x.at));
  };
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::cancelled);
  CAF_CHECK_EQUAL(w.indexed.size(), w.documents.size());
}

CAF_TEST(a research that may read nothing has failed and says why) {
  fake_world fresh;
  fresh.pages["http://example.org/"] = {"", "", {}, errc::robots_disallowed};
  for (auto kind : {research_kind::research, research_kind::ingest}) {
    auto w = fresh;
    queue(w);
    auto row = row_of(w, true);
    row.request.kind = kind;
    drive d{w, row};
    d.run();
    check_log(w);
    CAF_CHECK_EQUAL(w.log.back().type, "research.failed");
    CAF_CHECK(w.log.back().data.find("\"robots_disallowed\"") != std::string::npos);
    CAF_CHECK(w.log.back().data.find("no source could be read: it failed") != std::string::npos);
    CAF_CHECK(w.reports.empty());
    auto again = w; // the same when the process died before it could say so
    again.log.pop_back();
    again.status = research_status::running;
    row.attempt = 2;
    drive second{again, row};
    second.run();
    CAF_CHECK_EQUAL(again.log.back().type, "research.failed");
    CAF_CHECK(again.log.back().data.find("Ask the owner of the site") != std::string::npos);
  }
  auto web = small_web(); // one page that robots.txt forbids among others is no failure
  queue(web);
  drive d{web, row_of(web, true)};
  d.run();
  CAF_CHECK_EQUAL(web.status, research_status::done);
}

CAF_TEST(without evidence it says so and cites nothing) {
  auto w = small_folder(20);
  queue(w);
  auto row = row_of(w, false);
  row.request.question = "How do I bake sourdough bread?";
  drive d{w, row};
  d.run();
  CAF_CHECK_EQUAL(w.status, research_status::partial);
  CAF_CHECK(w.log.back().data.find("no_evidence") != std::string::npos);
  CAF_REQUIRE_EQUAL(w.reports.size(), 1u);
  CAF_CHECK(w.reports[0].citations.empty());
  CAF_CHECK(w.reports[0].markdown.find("Nothing in the 20 pages answers this.") != std::string::npos);
}

CAF_TEST(an index that is not whole yet is waited for and told of) {
  auto w = small_folder(20);
  queue(w);
  auto row = row_of(w, false);
  w.index_coverage = 0.4; // others' documents are still coming: nothing to this one
  drive first{w, row};
  first.run();
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_CHECK(!w.searched_whole); // its own pages are indexed by then

  auto known = small_folder(20);
  queue(known);
  known.index_coverage = 0.4;
  auto asked = row_of(known, false);
  asked.request.paths.clear();
  asked.request.collections = {collection_name{"manual"}};
  known.collections[document_id{std::string(64, 'a')}] = {"manual"};
  drive second{known, asked};
  second.run();
  CAF_CHECK(known.searched_whole);
  CAF_CHECK_EQUAL(known.status, research_status::partial);
  CAF_CHECK(known.log.back().data.find("Only 40 % of what is stored could be searched") != std::string::npos);
}

CAF_TEST(collections are counted and misspelt ones told of) {
  auto w = small_folder(20);
  queue(w);
  auto row = row_of(w, false);
  row.request.paths.clear();
  row.request.collections = {collection_name{"manual"}, collection_name{"manaul"}};
  for (char c : {'a', 'b', 'c'})
    w.collections[document_id{std::string(64, c)}] = {"manual"};
  drive d{w, row};
  d.run();
  check_log(w);
  auto data_of = [&w](const std::string& type) {
    for (auto& event : w.log)
      if (event.type == type)
        return event.data;
    return std::string{};
  };
  CAF_CHECK(data_of("source.found").find(R"("location":"manual","pages":3,"known":3)") != std::string::npos);
  CAF_CHECK(data_of("page.failed").find("no collection is called") != std::string::npos);
  CAF_CHECK_EQUAL(w.status, research_status::partial); // nothing in those three answers

  auto none = small_folder(20);
  queue(none);
  auto wrong = row_of(none, false);
  wrong.request.paths.clear();
  wrong.request.collections = {collection_name{"manaul"}};
  drive failing{none, wrong};
  failing.run();
  CAF_CHECK_EQUAL(none.status, research_status::failed);
}

CAF_TEST(a research none of whose sources can be read has failed) {
  fake_world w;
  queue(w);
  drive d{w, row_of(w, false)};
  d.run();
  CAF_CHECK_EQUAL(w.status, research_status::failed);
  CAF_CHECK(w.log.back().data.find("can't read /docs") != std::string::npos);
  CAF_CHECK(w.reports.empty());
}

CAF_TEST(a fenced commit ends the session without another word) {
  auto w = small_web();
  queue(w);
  w.commit_failure = errc::fenced;
  drive d{w, row_of(w, true)};
  d.run();
  CAF_CHECK_EQUAL(w.log.size(), 1u);
  CAF_CHECK_EQUAL(w.commits, 1u);
  CAF_REQUIRE_EQUAL(w.ends.size(), 1u);
  CAF_CHECK(!w.ends[0].finished);
  CAF_CHECK(w.aborted);
}

CAF_TEST(ingesting gathers into the named collections and writes nothing) {
  auto w = small_folder(10);
  queue(w);
  auto row = row_of(w, false);
  row.request.kind = research_kind::ingest;
  row.request.question.clear();
  row.request.collections = {collection_name{"manual"}};
  drive d{w, row};
  d.run();
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_CHECK(w.reports.empty());
  CAF_CHECK_EQUAL(w.documents.size(), 10u);
  for (auto& [id, joined] : w.collections)
    CAF_CHECK_EQUAL(joined, std::set<std::string>{"manual"});
}

CAF_TEST(a takeover takes back no page that was said to be found) {
  auto w = small_web();
  auto told = [&](event_data x) {
    auto e = make_event({}, x);
    w.log.push_back({research_id{"r_01TEST"}, event_seq{w.log.size() + 1}, e.at, e.type, e.data});
  };
  research_progress before;
  before.phase = research_phase::gather;
  before.pages_found = 4321;
  told(events::research_queued{"How?", priority_class::standard});
  told(events::research_started{1, node_id{"node-1"}});
  told(events::progress_made{before});
  drive d{w, row_of(w, true, 2)};
  d.before = [](drive& x) { x.advance(300ms); };
  d.run();
  std::size_t said = 0;
  for (auto& x : w.log)
    if (auto data = decode_data(x.type, x.data); auto* made = std::get_if<events::progress_made>(&*data)) {
      CAF_CHECK_GREATER_OR_EQUAL(made->progress.pages_found, 4321u);
      ++said;
    }
  CAF_CHECK(said > 1);
}

CAF_TEST(progress comes at most five times a second) {
  auto w = small_folder(300);
  queue(w);
  session_options options;
  options.commit_pages = 4;
  drive d{w, row_of(w, false), options};
  d.before = [](drive& x) { x.advance(3ms); };
  auto start = d.at.now;
  d.run();
  auto seconds = std::chrono::duration<double>(d.at.now - start).count();
  CAF_CHECK(count(w, "progress") > 3);
  CAF_CHECK(static_cast<double>(count(w, "progress")) <= 5 * seconds + 1);
}
