// A holder whose lease is over, whoever ended it: nothing that it still sends takes effect. And Idempotency-Keys.
#define CAF_SUITE fencing

#include <functional>

#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

struct fixture : store_fixture {
  /// How a lease can end. Each is given what is held, at 0 s, and ends at 20 s at the latest.
  struct ending_of_a_lease {
    const char* name;
    std::function<void(fixture&, const research_row&)> happens;
  };

  static renew_leases renewal(const research_row& held, bool release, bool crashed, const std::string& node) {
    return {node_id{node}, {{held.id, held.epoch, crashed}}, 15000ms, release, at(20), {}};
  }

  static std::vector<ending_of_a_lease> endings() {
    return {
      {"taken by another node", [](fixture& f, auto&) { f.did<claimed_research>(a_claim(1, 15, "node-2")); }},
      {"taken by the same node", [](fixture& f, auto&) { f.did<claimed_research>(a_claim(1, 15)); }},
      {"handed back", [](fixture& f, auto& x) { f.did<lease_report>(renewal(x, true, false, "node-1")); }},
      {"handed back and taken",
       [](fixture& f, auto& x) {
         f.did<lease_report>(renewal(x, true, false, "node-1"));
         f.did<claimed_research>(a_claim(1, 20, "node-2"));
       }},
      {"ended by its session", [](fixture& f, auto& x) { f.did<commit_ack>(ending(a_commit(x))); }},
      {"cancelled after it ran out",
       [](fixture& f, auto& x) {
         f.did<research_row>(cancel_research{x.id, at(16), {}});
       }},
      {"cancelled and found by a claim",
       [](fixture& f, auto& x) {
         f.did<research_row>(cancel_research{x.id, at(1), {}});
         f.did<claimed_research>(a_claim(0, 15, "node-2"));
       }},
      {"set aside",
       [](fixture& f, auto& x) {
         f.did<lease_report>(renewal(x, true, true, "node-1"));
         auto again = f.did<claimed_research>(a_claim(1, 2)).rows.at(0);
         f.did<lease_report>(renewal(again, true, true, "node-1"));
       }},
    };
  }
};

} // namespace

CAF_TEST(whatever a zombie sends is refused) {
  for (const auto& end : fixture::endings()) {
    fixture f;
    auto held = f.running("r_1", 0);
    end.happens(f, held);
    const auto before = f.row("r_1");
    const auto log = f.log("r_1");
    auto unchanged = [&] { return f.row("r_1") == before && f.log("r_1") == log; };
    CAF_MESSAGE(end.name);
    auto step = a_commit(held);
    step.events = {an_event("late")};
    step.pages = {a_page("http://a/", "late words")};
    step.collections = {collection_name{"r_1"}};
    CAF_CHECK(f.refused(step) == errc::fenced);
    CAF_CHECK(f.refused(ending(a_commit(held))) == errc::fenced);
    CAF_CHECK(unchanged());
    CAF_CHECK_EQUAL(take(f.read->figures({})).documents, 0u);
    CAF_CHECK_EQUAL(f.files(), 0u);
    for (auto release : {false, true})
      for (auto crashed : {false, true}) {
        auto report = f.did<lease_report>(fixture::renewal(held, release, crashed, "node-1"));
        CAF_CHECK(report.lost == std::vector{held.id});
        CAF_CHECK(unchanged());
      }
    // Nor does the next claim find anything but what the ending left.
    if (before.status == research_status::running) {
      CAF_CHECK(f.did<claimed_research>(a_claim(1, 29)).rows.empty());
    }
  }
}

CAF_TEST(only its node has a lease) {
  store_fixture f;
  auto held = f.running("r_1", 0);
  const auto before = f.row("r_1");
  for (auto release : {false, true})
    CAF_CHECK(f.did<lease_report>(fixture::renewal(held, release, true, "node-2")).lost == std::vector{held.id});
  CAF_CHECK(f.row("r_1") == before);
}

CAF_TEST(a lease that ran out and nobody took is still held) {
  store_fixture f;
  auto held = f.running("r_1", 0);
  CAF_CHECK(f.did<lease_report>(fixture::renewal(held, false, false, "node-1")).lost.empty()); // at 20 s
  CAF_CHECK(f.did<claimed_research>(a_claim(1, 34)).rows.empty());
  auto step = a_commit(held);
  step.events = {an_event("on time")};
  CAF_CHECK_EQUAL(f.did<commit_ack>(step).last.value, 2u);
}

CAF_TEST(zombie and holder in one group) {
  store_fixture f;
  auto old = f.running("r_1", 0);
  auto fresh = f.did<claimed_research>(a_claim(1, 15, "node-2")).rows.at(0);
  auto late = a_commit(old);
  late.events = {an_event("late")};
  auto good = a_commit(fresh);
  good.events = {an_event("good")};
  auto answers = f.apply({late, good, ending(late), ending(good), good});
  CAF_CHECK(answers[0].error().code == errc::fenced);
  CAF_CHECK(answers[1].has_value());
  CAF_CHECK(answers[2].error().code == errc::fenced);
  CAF_CHECK(answers[3].has_value());
  CAF_CHECK(answers[4].error().code == errc::fenced);
  auto log = f.log("r_1");
  CAF_REQUIRE_EQUAL(log.size(), 4u);
  CAF_CHECK(log[1].data.find("good") != std::string::npos);
  CAF_CHECK_EQUAL(log[3].type, "research.done");
}

CAF_TEST(a key gives its research back wherever that stands) {
  store_fixture f;
  auto op = an_accept("r_1", 0);
  op.idempotency_key = "key";
  op.request_digest = "digest";
  auto again = op;
  again.id = research_id{"r_2"};
  auto given_back = [&] {
    auto x = f.did<accepted_research>(again);
    return x.existing && x.row == f.row("r_1");
  };
  // both at once: one research
  auto both = f.apply({op, again});
  CAF_CHECK(!std::get<accepted_research>(take(both[0])).existing);
  CAF_CHECK(std::get<accepted_research>(take(both[1])).existing);
  CAF_CHECK(given_back());
  auto mine = f.did<claimed_research>(a_claim(1)).rows.at(0);
  CAF_CHECK(given_back());
  f.reopen();
  CAF_CHECK(given_back());
  f.did<commit_ack>(ending(a_commit(mine)));
  CAF_CHECK(given_back());
  CAF_CHECK(!f.read->get(get_research{again.id, {}}));
  CAF_CHECK_EQUAL(f.log("r_1").size(), 2u);
  again.request_digest = "another";
  CAF_CHECK(f.refused(again) == errc::idempotency_mismatch);
  again.idempotency_key = "KEY"; // keys are bytes
  CAF_CHECK(!f.did<accepted_research>(again).existing);
}

CAF_TEST(a refused accept leaves its key free) {
  store_fixture f;
  f.options.ledger_limit = 1;
  f.reopen();
  f.did<accepted_research>(an_accept("r_0"));
  auto op = an_accept("r_1");
  op.idempotency_key = "key";
  op.request_digest = "digest";
  CAF_CHECK(f.refused(op) == errc::overloaded);
  f.did<claimed_research>(a_claim(1));
  op.request_digest = "another body";
  CAF_CHECK(!f.did<accepted_research>(op).existing);
}

CAF_TEST(a key of a day ago may stand for something else) {
  store_fixture f;
  auto op = an_accept("r_1", 0);
  op.idempotency_key = "key";
  op.request_digest = "digest";
  f.did<accepted_research>(op);
  auto next = op;
  next.id = research_id{"r_2"};
  next.request_digest = "another";
  next.at = at(24 * 3600);
  CAF_CHECK(!f.did<accepted_research>(next).existing);
  next.id = research_id{"r_3"};
  CAF_CHECK(f.did<accepted_research>(next).row.id.value == "r_2");
}
