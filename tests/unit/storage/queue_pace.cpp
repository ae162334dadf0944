// How long those are told to wait who find the queue full.
#define CAF_SUITE queue_pace

#include <array>
#include <map>

#include "storage/queue_pace.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

queue_pace::in_work nothing_runs() { return {}; }

struct fixture {
  queue_pace pace;
  std::int64_t wait(std::int64_t when, queue_pace::in_work running = {}) {
    return pace.wait(at(when), [=] { return running; }).count();
  }
  void leave(std::uint32_t count, std::int64_t when, bool more = true) {
    for (std::uint32_t i = 0; i < count; ++i)
      pace.left(at(when));
    pace.waiting(more, at(when));
  }
  /// `each` leave every `every` seconds from `first` until `last`, and others wait all the time.
  void steady(std::int64_t every, std::uint32_t each, std::int64_t last, std::int64_t first = 0) {
    for (std::int64_t t = first; t <= last; t += every)
      leave(each, t);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(queue_pace_tests, fixture)

CAF_TEST(without a rate it is as long again as the oldest has run) {
  CAF_CHECK_EQUAL(wait(0), 5); // nothing known at all
  CAF_CHECK_EQUAL(wait(0, {1, 40s}), 40);
  CAF_CHECK_EQUAL(wait(0, {1, 40s}), 80); // behind the one before
  CAF_CHECK_EQUAL(wait(0, {1, 5000s}), 600);
  leave(8, 0); // one departure is no rate
  CAF_CHECK_EQUAL(wait(700, {1, 30s}), 30);
  CAF_CHECK_EQUAL(wait(800, {1, 0s}), 2); // it has only begun
}

CAF_TEST(without a rate several slots give several places) {
  for (int i = 0; i < 4; ++i)
    CAF_CHECK_EQUAL(wait(0, {4, 10s}), 10);
  CAF_CHECK_EQUAL(wait(0, {4, 10s}), 13); // 4 in 10 s
  CAF_CHECK_EQUAL(wait(0, {4, 10s}), 15);
}

CAF_TEST(what has only begun to run is no rate) {
  for (int i = 0; i < 4; ++i)
    CAF_CHECK_EQUAL(wait(0, {4, 20ms}), 2);
  CAF_CHECK_EQUAL(wait(0, {4, 20ms}), 3); // 4 in 2 s, not 200 in one
  for (int i = 5; i < 40; ++i)
    wait(0, {4, 20ms});
  CAF_CHECK_EQUAL(wait(0, {4, 20ms}), 21);
}

CAF_TEST(time in which nothing waits does not count) {
  steady(1, 10, 30); // 10 a second
  leave(1, 31, false);
  CAF_CHECK_EQUAL(wait(331), 1);
  for (int i = 0; i < 26; ++i)
    wait(331);
  CAF_CHECK_EQUAL(wait(331), 3); // the 28th
  steady(1, 10, 410, 400);       // it goes on as before, with an idle hundred of seconds between
  CAF_CHECK(*pace.rate(at(410)) > 9.5 && *pace.rate(at(410)) < 10.1);
}

CAF_TEST(a queue that is emptied at once tells no rate) {
  for (std::int64_t t = 0; t < 60; t += 2)
    leave(50, t, false); // 50 free slots take all that came
  CAF_CHECK(!pace.rate(at(60)));
  CAF_CHECK_EQUAL(wait(60, {50, 20s}), 20);
}

CAF_TEST(filling slots that were free is no rate) {
  leave(50, 100);
  CAF_CHECK(!pace.rate(at(100)));
  leave(1, 110);
  CAF_CHECK_EQUAL(wait(110), 10); // one in 10 s
}

CAF_TEST(what was promised with a wrong rate is set right) {
  for (int i = 0; i < 100; ++i)
    wait(0, {1, 5s}); // 500 s
  steady(1, 10, 10);  // but it is 10 a second, and so they are gone in 10 s
  CAF_CHECK_EQUAL(wait(10), 10);
  leave(1, 11, false);
  leave(5, 12);
  CAF_CHECK_EQUAL(wait(12), 1); // the queue was empty: whoever was promised a place found one
}

CAF_TEST(one after the other is told to wait for its own place) {
  steady(2, 1, 60); // one every 2 s
  CAF_CHECK_EQUAL(wait(60), 2);
  CAF_CHECK_EQUAL(wait(60), 4);
  CAF_CHECK_EQUAL(wait(60), 6);
  CAF_CHECK_EQUAL(wait(64), 5);  // behind the third, and slower, as nothing has left since
  CAF_CHECK_EQUAL(wait(100), 4); // nobody waits any more
}

CAF_TEST(departures in bursts count by their long run) {
  steady(20, 8, 100); // 8 every 20 s: 2.5 s each
  CAF_CHECK_EQUAL(wait(100), 3);
  for (int i = 0; i < 6; ++i)
    wait(100);
  CAF_CHECK_EQUAL(wait(100), 20); // the eighth
}

CAF_TEST(many a second are told apart by the second) {
  steady(1, 500, 30);
  CAF_CHECK_EQUAL(wait(30), 1);
  for (int i = 0; i < 2000; ++i)
    wait(30);
  CAF_CHECK_EQUAL(wait(30), 5);
}

CAF_TEST(it never says more than ten minutes) {
  steady(60, 1, 120);
  for (int i = 0; i < 50; ++i)
    CAF_CHECK(wait(120) <= 600);
  CAF_CHECK_EQUAL(wait(120), 600);
}

CAF_TEST(what is long ago is forgotten) {
  steady(1, 100, 10);
  CAF_CHECK(pace.rate(at(10)).has_value());
  CAF_CHECK_EQUAL(wait(700, {1, 9s}), 9);
}

CAF_TEST(a clock that is set back starts anew) {
  steady(1, 1, 10);
  for (int i = 0; i < 500; ++i)
    wait(10);
  CAF_CHECK_EQUAL(wait(-3600, {1, 7s}), 7);
  leave(1, -3600, false);
  leave(1, -3600);
  leave(1, -3590);
  CAF_CHECK_EQUAL(wait(-3590), 10);
}

CAF_TEST(who waits as long as told finds room) {
  // A queue of 50 that two workers empty, each research taking 3 to 9 s; for a minute three times as many clients come
  // as it can take, and come back when they were told to.
  std::mt19937_64 random{7};
  constexpr std::size_t limit = 50;
  std::size_t queued = limit;
  std::multimap<std::int64_t, int> coming; // when → how often it was sent away already
  std::array<std::int64_t, 2> busy_until{0, 3};
  std::size_t again = 0;
  std::size_t found_room = 0;
  for (std::int64_t t = 0; t < 3600; ++t) {
    for (auto& until : busy_until)
      if (until <= t && queued > 0) {
        --queued;
        pace.left(at(t));
        pace.waiting(queued > 0, at(t));
        until = t + 3 + static_cast<std::int64_t>(random() % 7);
      }
    if (t < 60) // against one every 3 s that leaves
      coming.emplace(t, 0);
    for (auto i = coming.begin(); i != coming.end() && i->first <= t; i = coming.erase(i)) {
      auto tries = i->second;
      if (queued < limit) {
        ++queued;
        found_room += tries == 1 ? 1 : 0;
        continue;
      }
      again += tries == 1 ? 1 : 0;
      coming.emplace(t + pace.wait(at(t), nothing_runs).count(), tries + 1);
    }
  }
  CAF_CHECK(coming.empty());
  CAF_MESSAGE(found_room << " found room the second time, " << again << " did not");
  CAF_CHECK(found_room > 2 * again);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a full ledger says when to come back) {
  store_fixture f;
  f.options.ledger_limit = 2;
  f.reopen();
  auto refusal = [&](const write_op& op) {
    auto x = f.one(op);
    return x ? 0u : x.error().retry_after_s;
  };
  f.did<accepted_research>(an_accept("r_1", 0));
  f.did<accepted_research>(an_accept("r_2", 0));
  CAF_CHECK_EQUAL(refusal(an_accept("r_3", 1)), 5u);
  f.did<claimed_research>(a_claim(1, 0));
  f.did<accepted_research>(an_accept("r_3", 0));
  CAF_CHECK_EQUAL(refusal(an_accept("r_4", 40)), 40u); // as long again as r_1 has run
  auto ask = a_claim(1, 40);
  ask.accepted_since = at(0);
  f.did<lease_report>(
    renew_leases{node_id{"node-1"}, {{research_id{"r_1"}, lease_epoch{1}}}, 15000ms, false, at(39), {}});
  f.did<claimed_research>(ask); // r_2 leaves 40 s after r_1
  f.did<accepted_research>(an_accept("r_4", 40));
  CAF_CHECK_EQUAL(refusal(an_accept("r_5", 40)), 80u); // behind whoever was refused first
  CAF_CHECK_EQUAL(refusal(an_accept("r_5", 40)), 120u);
  // what is cancelled leaves too
  f.did<research_row>(cancel_research{research_id{"r_3"}, at(50), {}});
  f.did<accepted_research>(an_accept("r_5", 50));
  CAF_CHECK_EQUAL(refusal(an_accept("r_6", 50)), 94u); // 25 s each now, behind those before
  CAF_CHECK_EQUAL(refusal(an_accept("r_6", 1000)), 600u);
}
