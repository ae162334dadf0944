// The ledger: accepting, claiming, leases, fencing, cancelling.
#define CAF_SUITE ledger

#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

std::vector<std::string> ids(const std::vector<research_row>& rows) {
  std::vector<std::string> result;
  for (const auto& x : rows)
    result.push_back(x.id.value);
  return result;
}

using names = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(ledger_tests, store_fixture)

CAF_TEST(accepting writes the row and its first event) {
  auto op = an_accept("r_1", 5, priority_class::batch);
  op.request.urls = {"http://example.org/"};
  auto answer = did<accepted_research>(op);
  CAF_CHECK(!answer.existing);
  CAF_CHECK(answer.row == row("r_1"));
  CAF_CHECK(row("r_1").request == op.request);
  CAF_CHECK(row("r_1").created_at == at(5));
  auto events = log("r_1");
  CAF_REQUIRE_EQUAL(events.size(), 1u);
  CAF_CHECK_EQUAL(events[0].type, "research.queued");
  CAF_CHECK_EQUAL(events[0].seq.value, 1u);
  CAF_REQUIRE_EQUAL(wakes.size(), 1u);
  CAF_CHECK_EQUAL(wakes[0].research.value, "r_1");
  CAF_CHECK_EQUAL(wakes[0].last.value, 1u);
  CAF_CHECK(refused(op) == errc::conflict);
}

CAF_TEST(what is not due wakes nobody and is found by its state) {
  auto later = an_accept("r_2", 5);
  later.request.not_before = at(50);
  did<accepted_research>(later);
  CAF_CHECK_EQUAL(wakes.size(), 0u);
  did<accepted_research>(an_accept("r_1", 5));
  CAF_CHECK_EQUAL(ids(did<claimed_research>(a_claim(9, 6)).rows), names{"r_1"});
  did<accepted_research>(an_accept("r_3", 6));
  CAF_CHECK_EQUAL(wakes.size(), 1u);
  did<accepted_research>(an_accept("r_4", 6));
  list_research page;
  page.limit = 2;
  page.status = "queued";
  auto first = take(read->list(page));
  CAF_CHECK(ids(first.items) == (names{"r_4", "r_3"}));
  page.after = first.next;
  auto rest = take(read->list(page));
  CAF_CHECK(ids(rest.items) == (names{"r_2"}));
  CAF_CHECK_EQUAL(rest.next, "");
  page.after.clear();
  page.status = "running";
  CAF_CHECK(ids(take(read->list(page)).items) == (names{"r_1"}));
  CAF_CHECK_EQUAL(take(read->figures({})).queued, 2u);
  CAF_CHECK_EQUAL(take(read->figures({})).held, 1u);
  CAF_CHECK_EQUAL(take(read->figures({})).running, 1u);
}

CAF_TEST(a request is read back whatever its length) {
  for (std::size_t length : {1u, 1800u, 1990u, 2000u, 2010u, 4000u}) {
    auto op = an_accept("r_" + std::to_string(length));
    op.request.urls = {"http://example.org/" + std::string(length, 'x')};
    op.granted.roots = {"/srv"};
    did<accepted_research>(op);
    auto stored = row(op.id.value);
    CAF_CHECK(stored.request == op.request);
    CAF_CHECK(stored.granted == op.granted);
  }
  CAF_CHECK_EQUAL(did<claimed_research>(a_claim(9)).rows.size(), 6u);
}

CAF_TEST(a full ledger refuses until something is claimed) {
  options.ledger_limit = 2;
  reopen();
  did<accepted_research>(an_accept("r_1"));
  did<accepted_research>(an_accept("r_2"));
  CAF_CHECK(refused(an_accept("r_3")) == errc::overloaded);
  CAF_CHECK(did<claimed_research>(a_claim(1)).backlog == 1u);
  did<accepted_research>(an_accept("r_3"));
}

CAF_TEST(what waits for its time takes no place in the queue) {
  options.ledger_limit = 2;
  reopen();
  auto later = [&](const std::string& id, std::int64_t when, std::int64_t due) {
    auto op = an_accept(id, when);
    op.request.not_before = at(due);
    return op;
  };
  did<accepted_research>(later("r_1", 0, 50));
  did<accepted_research>(later("r_2", 0, 90));
  auto full = one(later("r_3", 1, 95));
  CAF_REQUIRE(!full);
  CAF_CHECK(full.error().code == errc::overloaded);
  CAF_CHECK_EQUAL(full.error().retry_after_s, 49u); // when r_1 is due
  did<accepted_research>(an_accept("r_4", 1));
  did<accepted_research>(an_accept("r_5", 1));
  CAF_CHECK(refused(an_accept("r_6", 1)) == errc::overloaded);
  CAF_CHECK_EQUAL(did<claimed_research>(a_claim(0, 2)).backlog, 2u);
  CAF_CHECK_EQUAL(take(read->figures({})).queued, 2u);
  // A cancelled one gives its own place back, not one of the queue's.
  did<research_row>(cancel_research{research_id{"r_2"}, at(3), {}});
  did<accepted_research>(later("r_7", 3, 99));
  CAF_CHECK(refused(an_accept("r_6", 3)) == errc::overloaded);
  // Due ones join the queue, and their places are free.
  CAF_CHECK_EQUAL(did<claimed_research>(a_claim(0, 60)).backlog, 3u);
  did<accepted_research>(later("r_8", 60, 120));
  full = one(later("r_9", 60, 130));
  CAF_REQUIRE(!full);
  CAF_CHECK_EQUAL(full.error().retry_after_s, 39u); // when r_7 is
  reopen();                                         // counted anew, it is the same
  CAF_CHECK(refused(later("r_9", 60, 130)) == errc::overloaded);
  CAF_CHECK_EQUAL(ids(did<claimed_research>(a_claim(9, 61)).rows), (names{"r_1", "r_4", "r_5"}));
  did<accepted_research>(an_accept("r_6", 61));
}

CAF_TEST(an idempotency key gives the first research back for a day) {
  auto op = an_accept("r_1");
  op.idempotency_key = "key";
  op.request_digest = "digest";
  did<accepted_research>(op);
  auto again = op;
  again.id = research_id{"r_2"};
  again.at = at(24 * 3600 - 1);
  auto answer = did<accepted_research>(again);
  CAF_CHECK(answer.existing);
  CAF_CHECK_EQUAL(answer.row.id.value, "r_1");
  CAF_CHECK_EQUAL(answer.row.request.question, "why r_1?");
  again.request_digest = "another";
  CAF_CHECK(refused(again) == errc::idempotency_mismatch);
  again.at = at(24 * 3600);
  CAF_CHECK(!did<accepted_research>(again).existing);
}

CAF_TEST(a known key is answered though the ledger is full) {
  options.ledger_limit = 1;
  reopen();
  auto op = an_accept("r_1");
  op.idempotency_key = "key";
  did<accepted_research>(op);
  CAF_CHECK(did<accepted_research>(op).existing);
}

CAF_TEST(who only asks for a known key adds nothing) {
  auto op = an_accept("r_1");
  op.idempotency_key = "key";
  op.known_only = true;
  CAF_CHECK(refused(op) == errc::not_found);
  op.known_only = false;
  did<accepted_research>(op);
  op.known_only = true;
  CAF_CHECK(did<accepted_research>(op).existing);
  CAF_CHECK_EQUAL(did<claimed_research>(a_claim(9, 10)).rows.size(), 1u);
}

CAF_TEST(claims begin with the most urgent and go by age within a class) {
  did<accepted_research>(an_accept("r_a", 1, priority_class::background));
  did<accepted_research>(an_accept("r_b", 2));
  did<accepted_research>(an_accept("r_c", 3, priority_class::interactive));
  did<accepted_research>(an_accept("r_d", 1));
  auto first = did<claimed_research>(a_claim(2, 10));
  CAF_CHECK(ids(first.rows) == (names{"r_c", "r_d"}));
  CAF_CHECK_EQUAL(first.backlog, 2u);
  CAF_CHECK(ids(did<claimed_research>(a_claim(9, 10)).rows) == (names{"r_b", "r_a"}));
  CAF_CHECK(did<claimed_research>(a_claim(9, 10)).rows.empty());
  CAF_CHECK(first.rows[0] == row("r_c"));
  CAF_CHECK(first.rows[0].status == research_status::running);
  CAF_CHECK_EQUAL(first.rows[0].epoch.value, 1u);
  CAF_CHECK_EQUAL(first.rows[0].attempt, 1u);
  CAF_CHECK_EQUAL(first.rows[0].node.value, "node-1");
  CAF_CHECK(first.rows[0].started_at == at(10));
}

CAF_TEST(classes share what is claimed and none waits for ever) {
  options.ledger_limit = 1000;
  reopen();
  std::int64_t n = 0;
  auto ask = [&](priority_class of) { did<accepted_research>(an_accept("r_" + std::to_string(100 + n++), 1, of)); };
  auto shares = [&](std::uint32_t slots) {
    std::array<int, 4> got{};
    for (const auto& x : did<claimed_research>(a_claim(slots, 10)).rows)
      ++got[static_cast<std::size_t>(x.request.priority)];
    return got;
  };
  using p = priority_class;
  for (auto of : {p::interactive, p::standard, p::batch, p::background})
    for (auto i = 0; i < 30; ++i)
      ask(of);
  CAF_CHECK(shares(20) == (std::array{8, 6, 4, 2}));
  std::array<int, 4> one_by_one{}; // a slot at a time comes to the same
  for (auto i = 0; i < 20; ++i)
    for (std::size_t of = 0; auto x : shares(1))
      one_by_one[of++] += x;
  CAF_CHECK(one_by_one == (std::array{8, 6, 4, 2}));
  CAF_CHECK(shares(30) == (std::array{12, 9, 6, 3}));
  CAF_CHECK(shares(10) == (std::array{2, 4, 3, 1})); // two interactive ones were left: their share goes to the others
  CAF_CHECK(shares(100) == (std::array{0, 5, 13, 22}));
}

CAF_TEST(an expired lease is claimed again and the old holder is fenced) {
  auto old = running("r_1", 0);
  CAF_CHECK(did<claimed_research>(a_claim(1, 14)).rows.empty());
  auto taken = did<claimed_research>(a_claim(1, 15, "node-2")).rows;
  CAF_REQUIRE_EQUAL(taken.size(), 1u);
  CAF_CHECK_EQUAL(taken[0].epoch.value, 2u);
  CAF_CHECK_EQUAL(taken[0].attempt, 2u);
  CAF_CHECK(taken[0].started_at == at(0));
  auto stale = a_commit(old);
  stale.events = {an_event("late")};
  CAF_CHECK(refused(stale) == errc::fenced);
  CAF_CHECK(log("r_1").size() == 1u);
  auto fresh = a_commit(taken[0]);
  fresh.events = {an_event("on time")};
  CAF_CHECK(did<commit_ack>(fresh).last.value == 2u);
}

CAF_TEST(renewing keeps a lease and tells which are lost or cancelled) {
  auto mine = running("r_1", 0);
  auto asked = running("r_2", 0);
  did<research_row>(cancel_research{asked.id, at(1), {}});
  renew_leases renew{node_id{"node-1"}, {{mine.id, mine.epoch}, {asked.id, asked.epoch}}, 15000ms, false, at(10), {}};
  renew.leases.push_back({mine.id, lease_epoch{9}});
  renew.leases.push_back({research_id{"r_none"}, lease_epoch{1}});
  auto report = did<lease_report>(renew);
  CAF_CHECK(report.lost == (std::vector{mine.id, research_id{"r_none"}}));
  CAF_CHECK(report.cancelled == std::vector{asked.id});
  CAF_CHECK(did<claimed_research>(a_claim(5, 24)).rows.empty());
  CAF_CHECK(ids(did<claimed_research>(a_claim(5, 25)).rows) == names{"r_1"});
  renew.node = node_id{"node-2"};
  CAF_CHECK(did<lease_report>(renew).lost.size() == 4u);
}

CAF_TEST(a released lease can be claimed at once and its old epoch is fenced) {
  auto old = running("r_1", 0);
  did<lease_report>(renew_leases{node_id{"node-1"}, {{old.id, old.epoch}}, 15000ms, true, at(1), {}});
  CAF_CHECK(row("r_1").status == research_status::queued);
  CAF_CHECK(row("r_1").node.value.empty());
  CAF_CHECK(refused(a_commit(old)) == errc::fenced);
  CAF_REQUIRE_EQUAL(wakes.size(), 0u);
  auto again = did<claimed_research>(a_claim(1, 1)).rows;
  CAF_REQUIRE_EQUAL(again.size(), 1u);
  CAF_CHECK_EQUAL(again[0].epoch.value, 2u);
}

CAF_TEST(cancelling what is queued ends it) {
  did<accepted_research>(an_accept("r_1", 0));
  auto after = did<research_row>(cancel_research{research_id{"r_1"}, at(3), {}});
  CAF_CHECK(after.status == research_status::cancelled);
  CAF_CHECK_EQUAL(after.epoch.value, 1u);
  CAF_CHECK(after.finished_at == at(3));
  CAF_CHECK(log("r_1").back().type == "research.cancelled");
  CAF_REQUIRE_EQUAL(wakes.size(), 1u);
  CAF_CHECK(wakes[0].final);
  CAF_CHECK(did<research_row>(cancel_research{research_id{"r_1"}, at(4), {}}) == after);
  CAF_CHECK(log("r_1").size() == 2u);
  CAF_CHECK(did<claimed_research>(a_claim(5, 100)).rows.empty());
  CAF_CHECK(refused(cancel_research{research_id{"r_none"}, at(4), {}}) == errc::not_found);
}

CAF_TEST(cancelling what runs leaves the end to its session) {
  auto mine = running("r_1", 0);
  auto after = did<research_row>(cancel_research{mine.id, at(1), {}});
  CAF_CHECK(after.status == research_status::running);
  CAF_CHECK(after.cancel_requested);
  auto end = a_commit(mine);
  end.status = research_status::cancelled;
  end.events = {make_event(at(2), events::research_cancelled{2000})};
  CAF_CHECK(did<commit_ack>(end).last.value == 2u);
  CAF_CHECK(row("r_1").status == research_status::cancelled);
  CAF_CHECK(row("r_1").finished_at == at(2));
}

CAF_TEST(an expired lease with cancel requested is ended by the claimer) {
  auto mine = running("r_1", 0);
  did<research_row>(cancel_research{mine.id, at(1), {}});
  auto claimed = did<claimed_research>(a_claim(0, 15));
  CAF_CHECK(claimed.rows.empty());
  CAF_CHECK(row("r_1").status == research_status::cancelled);
  CAF_CHECK(log("r_1").back().type == "research.cancelled");
  CAF_CHECK(refused(a_commit(mine)) == errc::fenced);
}

CAF_TEST(cancelling what outlived its lease ends it without a claim) {
  auto mine = running("r_1", 0);
  auto after = did<research_row>(cancel_research{mine.id, at(15), {}});
  CAF_CHECK(after.status == research_status::cancelled);
  CAF_CHECK(log("r_1").back().type == "research.cancelled");
  CAF_CHECK(refused(a_commit(mine)) == errc::fenced);
}

CAF_TEST(what was granted is kept with the row for whoever claims it) {
  auto op = an_accept("r_1", 0);
  op.granted = {{"/home/ada/notes", "/srv/\"manuals\""}, true};
  CAF_CHECK(did<accepted_research>(op).row.granted == op.granted);
  did<accepted_research>(an_accept("r_2", 1));
  reopen();
  auto rows = did<claimed_research>(a_claim(2, 2)).rows;
  CAF_REQUIRE_EQUAL(rows.size(), 2u);
  CAF_CHECK(rows[0].granted == op.granted);
  CAF_CHECK(rows[1].granted == research_grant{});
  CAF_CHECK(did<claimed_research>(a_claim(1, 100)).rows.at(0).granted == op.granted); // and by the next
}

CAF_TEST(a claim may leave older ones alone) {
  running("r_1", 0);
  did<accepted_research>(an_accept("r_2", 5));
  did<accepted_research>(an_accept("r_3", 6));
  auto ask = a_claim(5, 20); // the lease of r_1 is over
  ask.accepted_since = at(6);
  CAF_CHECK_EQUAL(ids(did<claimed_research>(ask).rows), names{"r_3"});
  CAF_CHECK_EQUAL(row("r_1").attempt, 1u);
  CAF_CHECK_EQUAL(ids(did<claimed_research>(a_claim(5, 20)).rows), (names{"r_1", "r_2"}));
}

CAF_TEST(a released lease with cancel requested is ended) {
  auto mine = running("r_1", 0);
  did<research_row>(cancel_research{mine.id, at(1), {}});
  auto report = did<lease_report>(renew_leases{node_id{"node-1"}, {{mine.id, mine.epoch}}, 15000ms, true, at(2), {}});
  CAF_CHECK(report.cancelled == std::vector{mine.id});
  CAF_CHECK(row("r_1").status == research_status::cancelled);
  CAF_CHECK(take(read->figures({})).queued == 0u);
}

CAF_TEST(lists are newest first and paged) {
  for (int i = 1; i <= 5; ++i)
    did<accepted_research>(an_accept("r_" + std::to_string(i)));
  did<claimed_research>(a_claim(2));
  auto page = take(read->list({"", "", 2, {}}));
  CAF_CHECK(ids(page.items) == (names{"r_5", "r_4"}));
  CAF_CHECK_EQUAL(page.next, "r_4");
  page = take(read->list({"", page.next, 9, {}}));
  CAF_CHECK(ids(page.items) == (names{"r_3", "r_2", "r_1"}));
  CAF_CHECK(page.next.empty());
  CAF_CHECK(ids(take(read->list({"running", "", 9, {}})).items) == (names{"r_2", "r_1"}));
  CAF_CHECK(ids(take(read->list({"queued", "r_4", 9, {}})).items) == (names{"r_3"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
