// Crashes of whoever runs a research: what counts, what forgives, what is set aside.
#define CAF_SUITE crashes

#include "storage/rules.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

struct fixture : store_fixture {
  std::int64_t now = 0;

  /// One attempt: claimed, `events` committed, its lease left to run out.
  research_row attempt(const std::vector<new_event>& events) {
    auto rows = did<claimed_research>(a_claim(1, now)).rows;
    if (rows.size() != 1)
      throw std::runtime_error("nothing was claimed");
    if (!events.empty()) {
      auto x = a_commit(rows[0]);
      x.events = events;
      did<commit_ack>(x);
    }
    now += 15;
    return rows[0];
  }
  /// The same, ended by a release.
  lease_report hand_back(const research_row& row, bool crashed) {
    return did<lease_report>(
      renew_leases{node_id{"node-1"}, {{row.id, row.epoch, crashed}}, 15000ms, true, at(now), {}});
  }
  std::size_t claimed() { return did<claimed_research>(a_claim(1, now)).rows.size(); }
  std::vector<dead_letter> letters() { return take(read->list(list_dead_letters{"", 50, {}})).items; }

  /// Every event that says no more than that an attempt began.
  std::vector<new_event> openings() {
    std::vector<new_event> all;
    for (const auto* type : {"research.started", "research.resumed", "plan.ready", "source.found", "progress"})
      all.push_back({at(now), type, "{}"});
    return all;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(crash_tests, fixture)

CAF_TEST(two attempts that got nowhere set a research aside) {
  did<accepted_research>(an_accept("r_1", 0));
  attempt(openings());
  CAF_CHECK_EQUAL(row("r_1").crashes, 0u);
  auto last = attempt({});
  CAF_CHECK_EQUAL(last.crashes, 1u);
  CAF_CHECK_EQUAL(claimed(), 0u);
  auto ended = row("r_1");
  CAF_CHECK(ended.status == research_status::failed);
  CAF_CHECK(ended.failure == storage::quarantine_reason());
  CAF_CHECK(ended.failure.code == errc::poisoned);
  CAF_CHECK_EQUAL(ended.attempt, 2u);
  CAF_CHECK_EQUAL(ended.crashes, 2u);
  CAF_CHECK_EQUAL(ended.epoch.value, 3u);
  CAF_CHECK(ended.finished_at == at(30));
  CAF_CHECK(ended.progress.phase == research_phase::ended);
  CAF_CHECK(log("r_1").back().type == "research.failed");
  CAF_REQUIRE_EQUAL(wakes.size(), 1u);
  CAF_CHECK(wakes[0].final);
  CAF_REQUIRE_EQUAL(letters().size(), 1u);
  auto letter = letters()[0];
  CAF_CHECK_EQUAL(letter.id.substr(0, 2), "d_");
  CAF_CHECK_EQUAL(letter.queue, "research");
  CAF_CHECK_EQUAL(letter.research.value, "r_1");
  CAF_CHECK(letter.subject.empty());
  CAF_CHECK_EQUAL(letter.attempts, 2u);
  CAF_CHECK(letter.why == ended.failure);
  CAF_CHECK(letter.at == at(30));
  CAF_CHECK(refused(a_commit(last)) == errc::fenced);
  now += 100;
  CAF_CHECK_EQUAL(claimed(), 0u);
  CAF_CHECK_EQUAL(letters().size(), 1u);
}

CAF_TEST(what is set aside does not hold up the others) {
  did<accepted_research>(an_accept("r_1", 0));
  attempt({});
  attempt({});
  did<accepted_research>(an_accept("r_2", 20));
  auto rows = did<claimed_research>(a_claim(2, now)).rows;
  CAF_REQUIRE_EQUAL(rows.size(), 1u);
  CAF_CHECK_EQUAL(rows[0].id.value, "r_2");
  CAF_CHECK(row("r_1").status == research_status::failed);
}

CAF_TEST(an attempt with progress starts the count again) {
  did<accepted_research>(an_accept("r_1", 0));
  attempt({});
  attempt({an_event("a page", now)});
  CAF_CHECK_EQUAL(attempt({}).crashes, 0u); // which the claim found out
  CAF_CHECK_EQUAL(attempt({}).crashes, 1u);
  CAF_CHECK_EQUAL(claimed(), 0u);
  CAF_CHECK(row("r_1").status == research_status::failed);
  CAF_CHECK_EQUAL(row("r_1").attempt, 4u);
}

CAF_TEST(only progress since the last claim counts) {
  did<accepted_research>(an_accept("r_1", 0));
  attempt({an_event("a page", now)});
  CAF_CHECK_EQUAL(attempt({}).crashes, 0u);
  CAF_CHECK_EQUAL(attempt(openings()).crashes, 1u);
  CAF_CHECK_EQUAL(claimed(), 0u);
}

CAF_TEST(what is handed back has not crashed) {
  did<accepted_research>(an_accept("r_1", 0));
  for (int i = 0; i < 5; ++i) {
    auto rows = did<claimed_research>(a_claim(1, now)).rows;
    CAF_REQUIRE_EQUAL(rows.size(), 1u);
    hand_back(rows[0], false);
  }
  CAF_CHECK_EQUAL(row("r_1").crashes, 0u);
  CAF_CHECK(row("r_1").status == research_status::queued);
  attempt({}); // one crash; handing back neither adds to it nor forgives it
  hand_back(did<claimed_research>(a_claim(1, now)).rows.at(0), false);
  CAF_CHECK_EQUAL(attempt({}).crashes, 1u);
  CAF_CHECK_EQUAL(claimed(), 0u);
  CAF_CHECK(row("r_1").status == research_status::failed);
}

CAF_TEST(what got somewhere before it was handed back is forgiven) {
  did<accepted_research>(an_accept("r_1", 0));
  attempt({});
  auto mine = did<claimed_research>(a_claim(1, now)).rows.at(0);
  auto x = a_commit(mine);
  x.events = {an_event("a page", now)};
  did<commit_ack>(x);
  hand_back(mine, false);
  CAF_CHECK_EQUAL(row("r_1").crashes, 0u);
  CAF_CHECK_EQUAL(attempt({}).crashes, 0u);
  CAF_CHECK_EQUAL(claimed(), 1u);
}

CAF_TEST(a session that ends of itself crashed) {
  did<accepted_research>(an_accept("r_1", 0));
  auto mine = did<claimed_research>(a_claim(1, now)).rows.at(0);
  hand_back(mine, true);
  CAF_CHECK_EQUAL(row("r_1").crashes, 1u);
  CAF_CHECK(row("r_1").status == research_status::queued);
  CAF_CHECK(letters().empty());
  auto again = did<claimed_research>(a_claim(1, now)).rows.at(0);
  CAF_CHECK(hand_back(again, true).lost.empty());
  CAF_CHECK(row("r_1").status == research_status::failed);
  CAF_REQUIRE_EQUAL(letters().size(), 1u);
  CAF_CHECK(letters()[0].attempts == 2u);
  CAF_CHECK_EQUAL(take(read->figures({})).queued, 0u);
  CAF_CHECK_EQUAL(claimed(), 0u);
}

CAF_TEST(cancelling comes before counting crashes) {
  did<accepted_research>(an_accept("r_1", 0));
  attempt({});
  auto mine = did<claimed_research>(a_claim(1, now)).rows.at(0);
  did<research_row>(cancel_research{mine.id, at(now), {}});
  hand_back(mine, true);
  CAF_CHECK(row("r_1").status == research_status::cancelled);
  CAF_CHECK(letters().empty());
}

CAF_TEST(what is not due is left alone and comes in its order) {
  auto later = an_accept("r_a", 0, priority_class::interactive);
  later.request.not_before = at(100);
  did<accepted_research>(later);
  did<accepted_research>(an_accept("r_b", 1));
  CAF_CHECK(row("r_a").request.not_before == at(100));
  CAF_CHECK(did<claimed_research>(a_claim(5, 99)).rows.at(0).id.value == "r_b");
  CAF_CHECK(did<claimed_research>(a_claim(5, 99)).rows.empty());
  did<accepted_research>(an_accept("r_c", 2, priority_class::interactive));
  did<accepted_research>(an_accept("r_d", 99));
  auto rows = did<claimed_research>(a_claim(3, 100)).rows;
  CAF_REQUIRE_EQUAL(rows.size(), 3u);
  std::erase_if(rows, [](auto& x) { return x.request.priority != priority_class::interactive; });
  CAF_REQUIRE_EQUAL(rows.size(), 2u);
  CAF_CHECK_EQUAL(rows[0].id.value, "r_a"); // as old as it was when it was accepted
  CAF_CHECK_EQUAL(rows[1].id.value, "r_c");
}

CAF_TEST(what was begun goes on whatever its first hour) {
  auto later = an_accept("r_1", 0);
  later.request.not_before = at(10);
  did<accepted_research>(later);
  auto mine = did<claimed_research>(a_claim(1, 10)).rows.at(0);
  now = 10;
  hand_back(mine, false);
  CAF_CHECK_EQUAL(claimed(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
