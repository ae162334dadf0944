// The pool of work: shares, bounds, leases, grants, on given time.
#define CAF_SUITE work_pool

#include "actors/flow/work_pool.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

constexpr std::array classes{priority_class::interactive, priority_class::standard, priority_class::batch,
                             priority_class::background};

struct fixture {
  work_pool pool;
  work_clock::time_point now = work_clock::time_point{} + 1h;

  void limits(work_pool_limits x) { pool = work_pool{x}; }
  item_id submit(const std::string& source, priority_class priority = priority_class::standard,
                 std::uint64_t bytes = 10, std::chrono::milliseconds within = 1h) {
    auto id = pool.submit({source, "token/" + source, priority, bytes, now + within}, now);
    CAF_REQUIRE(id);
    return *id;
  }
  void offer(const std::string& source, std::uint32_t items, priority_class priority = priority_class::standard,
             std::uint64_t bytes = 0, std::uint32_t returned = 0) {
    pool.offer(source, priority, items, bytes, returned, now);
  }
  work_step step() { return pool.step(now); }
  work_step pass(std::chrono::milliseconds time) {
    now += time;
    pool.sweep(now);
    return pool.step(now);
  }
};

const error died{errc::unavailable, "the worker ended", {}};

} // namespace

CAF_TEST_FIXTURE_SCOPE(work_pool_tests, fixture)

CAF_TEST(classes that are all backlogged get their shares of the leases) {
  limits({.queue = 10000});
  std::map<item_id, priority_class> of;
  for (int i = 0; i < 1000; ++i)
    for (auto c : classes)
      of[submit("s", c)] = c;
  pool.worker_joined(0, 1);
  std::map<priority_class, int> done;
  for (int i = 0; i < 1000; ++i) {
    auto made = step();
    for (auto& x : made.leases)
      ++done[of[x.item]];
    CAF_REQUIRE(!made.leases.empty());
    CAF_CHECK(pool.finished(0, made.leases[0].item, 1, now));
    if (made.leases.size() > 1)
      CAF_CHECK(pool.finished(0, made.leases[1].item, 1, now));
  }
  auto all = done[classes[0]] + done[classes[1]] + done[classes[2]] + done[classes[3]];
  for (std::size_t i = 0; i < 4; ++i) {
    auto share = 100.0 * done[classes[i]] / all;
    auto due = 40.0 - 10.0 * static_cast<double>(i);
    CAF_CHECK(std::abs(share - due) < 1.0 || done[classes[i]] == 1000);
  }
}

CAF_TEST(grants follow the same shares and an idle class leaves its own to the others) {
  pool.worker_joined(0, 1000);
  offer("a", 5000, priority_class::interactive);
  offer("b", 5000, priority_class::background);
  std::map<std::string, std::uint32_t> got;
  for (auto& x : step().grants)
    got[x.source] += x.items;
  CAF_CHECK_EQUAL(got["a"] + got["b"], 1000u);
  CAF_CHECK(got["a"] >= 795 && got["a"] <= 805);
}

CAF_TEST(an item may have a lease of its own from when its worker begins it) {
  limits({.lease = 40s});
  pool.worker_joined(0, 10);
  auto first = submit("a");
  auto quick = pool.submit({"a", "t", priority_class::standard, 10, now + 1h, 8s}, now);
  CAF_REQUIRE(quick);
  CAF_CHECK_EQUAL(step().leases.size(), 2u);
  pass(39s);
  CAF_CHECK_EQUAL(pool.lost_workers(), 0u); // the first has its 40 s
  CAF_CHECK(pool.finished(0, first, 1, now));
  pass(7900ms);
  CAF_CHECK_EQUAL(pool.lost_workers(), 0u);
  auto made = pass(200ms);
  CAF_CHECK_EQUAL(pool.lost_workers(), 1u);
  CAF_CHECK_EQUAL(made.revoked.size(), 1u);
}

CAF_TEST(sources of a class take turns) {
  pool.worker_joined(0, 9);
  offer("a", 100);
  offer("b", 100);
  offer("c", 1);
  std::map<std::string, std::uint32_t> got;
  for (auto& x : step().grants)
    got[x.source] += x.items;
  CAF_CHECK_EQUAL(got["a"], 4u);
  CAF_CHECK_EQUAL(got["b"], 4u);
  CAF_CHECK_EQUAL(got["c"], 1u);
}

CAF_TEST(what has waited long takes every tenth turn) {
  limits({.queue = 10000, .leases = 1, .aged_after = 5s});
  auto old = submit("old", priority_class::background);
  for (int i = 0; i < 10; ++i)
    submit("older", priority_class::background);
  now += 6s;
  for (int i = 0; i < 200; ++i)
    for (auto c : {priority_class::interactive, priority_class::standard, priority_class::batch})
      submit("new", c);
  pool.worker_joined(0, 1);
  int background = 0;
  bool first = false;
  for (int i = 0; i < 40; ++i) {
    auto made = step();
    CAF_REQUIRE_EQUAL(made.leases.size(), 1u);
    auto id = made.leases[0].item;
    first = first || id == old;
    background += id <= 11 ? 1 : 0;
    pool.finished(0, id, 1, now);
  }
  CAF_CHECK(first);
  CAF_CHECK(background >= 7); // its own tenth, and the turns of the aged
}

CAF_TEST(grants are bounded by pieces and by bytes in hand) {
  limits({.bytes_in_hand = 1000});
  pool.worker_joined(0, 10);
  offer("a", 20, priority_class::standard, 20 * 300);
  auto made = step();
  CAF_REQUIRE_EQUAL(made.grants.size(), 1u);
  CAF_CHECK_EQUAL(made.grants[0].items, 3u);
  CAF_CHECK_EQUAL(pool.bytes_in_hand(), 900u);
  offer("a", 0, priority_class::standard, 0, 3);
  CAF_CHECK_EQUAL(pool.bytes_in_hand(), 0u);
  offer("b", 2, priority_class::standard, 2 * 5000); // larger than the bound: alone
  made = step();
  CAF_REQUIRE_EQUAL(made.grants.size(), 1u);
  CAF_CHECK_EQUAL(made.grants[0].items, 1u);
  offer("b", 0, priority_class::standard, 0, 1);
  offer("c", 50);
  CAF_CHECK(step().grants.at(0).items == 10);
}

CAF_TEST(without workers nothing is granted and what is granted lapses) {
  offer("a", 5);
  CAF_CHECK(step().grants.empty());
  pool.worker_joined(0, 2);
  CAF_CHECK(step().grants.at(0).items == 2);
  CAF_CHECK_EQUAL(pool.granted(), 2u);
  CAF_CHECK(pass(4s).grants.empty());
  CAF_CHECK(pass(2s).grants.at(0).items == 2); // the next ones, for what is still on offer
  CAF_CHECK(pass(6s).grants.at(0).items == 1);
  pass(6s);
  CAF_CHECK_EQUAL(pool.granted(), 0u);
  CAF_CHECK_EQUAL(pool.sources(), 0u);
  CAF_CHECK(pool.idle());
}

CAF_TEST(a large item waits for an empty hand and nothing passes it) {
  limits({.leases = 4, .lease_bytes = 100});
  pool.worker_joined(0, 4);
  auto small = submit("s", priority_class::standard, 50);
  auto large = submit("s", priority_class::standard, 5000);
  submit("s", priority_class::standard, 1);
  auto made = step();
  CAF_REQUIRE_EQUAL(made.leases.size(), 1u);
  CAF_CHECK_EQUAL(made.leases[0].item, small);
  pool.finished(0, small, 1, now);
  made = step();
  CAF_REQUIRE_EQUAL(made.leases.size(), 1u);
  CAF_CHECK_EQUAL(made.leases[0].item, large);
}

CAF_TEST(only what a worker was working on has had an attempt when it ends) {
  limits({.leases = 3, .attempts = 1});
  pool.worker_joined(0, 3);
  auto first = submit("s");
  auto second = submit("s");
  auto third = submit("s");
  step();
  pool.worker_left(0, died);
  pool.worker_joined(0, 3);
  auto made = step();
  CAF_REQUIRE_EQUAL(made.ended.size(), 1u);
  CAF_CHECK_EQUAL(made.ended[0].item, first);
  CAF_CHECK(made.ended[0].why.code == errc::poisoned);
  CAF_REQUIRE_EQUAL(made.leases.size(), 2u);
  CAF_CHECK_EQUAL(made.leases[0].item, second);
  CAF_CHECK_EQUAL(made.leases[1].item, third);
  CAF_CHECK_EQUAL(made.leases[0].attempt, 2u);
}

CAF_TEST(a worker that was told to end has attempted nothing) {
  limits({.leases = 3, .attempts = 1});
  pool.worker_joined(0, 3);
  auto first = submit("s");
  step();
  pool.worker_left(0, died, true);
  pool.worker_joined(0, 3);
  auto made = step();
  CAF_CHECK(made.ended.empty());
  CAF_REQUIRE_EQUAL(made.leases.size(), 1u);
  CAF_CHECK_EQUAL(made.leases[0].item, first);
}

CAF_TEST(the clock of a lease runs while its worker works on it) {
  limits({.leases = 2, .lease = 10s});
  pool.worker_joined(0, 2);
  auto first = submit("s");
  auto second = submit("s");
  step();
  CAF_CHECK(pass(9s).revoked.empty());
  pool.finished(0, first, 1, now);
  CAF_CHECK(pass(9s).revoked.empty()); // the second has had nine seconds, not eighteen
  CAF_CHECK(pass(2s).revoked == std::vector<item_id>{second});
  CAF_CHECK_EQUAL(pool.lost_workers(), 1u);
  CAF_CHECK(!pool.finished(0, second, 1, now)); // too late
  CAF_CHECK_EQUAL(pool.lost_workers(), 0u);
  auto made = step();
  CAF_REQUIRE_EQUAL(made.leases.size(), 1u);
  CAF_CHECK_EQUAL(made.leases[0].attempt, 2u);
}

CAF_TEST(the first that comes without a grant is let in however large and the next is not ) {
  limits({.queue_bytes = 5});
  submit("s");
  auto refused = pool.submit({"s", "token/s", priority_class::standard, 1, now + 1h}, now);
  CAF_REQUIRE(!refused);
  CAF_CHECK(refused.error().code == errc::overloaded);
}

CAF_TEST(a piece that failed goes to another worker) {
  pool.worker_joined(0, 1);
  pool.worker_joined(1, 1);
  submit("s");
  auto first = step().leases;
  CAF_REQUIRE_EQUAL(first.size(), 1u);
  pool.failed(first[0].worker, first[0].item, 1, died, now);
  auto second = step().leases;
  CAF_REQUIRE_EQUAL(second.size(), 1u);
  CAF_CHECK(second[0].worker != first[0].worker);
}

CAF_TEST(the credit of a source that left is for others at once) {
  pool.worker_joined(0, 3);
  offer("a", 3);
  CAF_CHECK_EQUAL(step().grants.size(), 1u);
  offer("b", 3);
  CAF_CHECK(step().grants.empty());
  pool.source_left("a");
  auto grants = step().grants;
  CAF_REQUIRE_EQUAL(grants.size(), 1u);
  CAF_CHECK_EQUAL(grants[0].source, "b");
  CAF_CHECK_EQUAL(grants[0].items, 3u);
}

CAF_TEST(more sources than may be are not heard) {
  limits({.sources = 2});
  offer("a", 1);
  offer("b", 1);
  offer("c", 1);
  CAF_CHECK_EQUAL(pool.sources(), 2u);
  pool.source_left("a");
  offer("c", 1);
  pool.worker_joined(0, 10);
  auto made = step();
  CAF_REQUIRE_EQUAL(made.grants.size(), 2u);
  CAF_CHECK_EQUAL(made.grants[0].source, "b");
  CAF_CHECK_EQUAL(made.grants[1].source, "c");
}

CAF_TEST_FIXTURE_SCOPE_END()
