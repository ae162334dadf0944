// Seeded operations on a pool against what must hold whatever happens: every item ends exactly once, has one live lease
// at most, and nothing exceeds its bound.
#define CAF_SUITE work_pool_model

#include <random>
#include <set>

#include "actors/flow/work_pool.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

struct model {
  struct job {
    std::string source;
    std::uint32_t attempt = 0; ///< of its live lease; 0 for none
    worker_number worker = 0;
    int failures = 0;
    std::uint64_t bytes = 0;
  };
  struct lease {
    item_id item;
    std::uint32_t attempt;
  };

  std::mt19937_64 random;
  work_pool_limits limits;
  work_pool pool;
  work_clock::time_point now = work_clock::time_point{} + 1h;
  std::map<item_id, job> open;
  std::set<item_id> ended;
  std::map<worker_number, std::vector<lease>> hands; ///< as the workers see it
  std::map<std::string, std::uint32_t> granted;
  std::size_t submitted = 0;
  std::size_t poisoned = 0;

  explicit model(std::uint64_t seed) : random(seed) {
    limits.queue = 20;
    limits.queue_bytes = 2000;
    limits.bytes_in_hand = 1500;
    limits.leases = 3;
    limits.lease_bytes = 300;
    limits.lease = 2s;
    limits.grant = 1s;
    limits.sources = 5;
    pool = work_pool{limits};
  }

  std::uint64_t below(std::uint64_t n) { return random() % n; }
  std::string a_source() { return "s" + std::to_string(below(6)); }

  void end(item_id id) {
    CAF_REQUIRE(open.erase(id) == 1);
    CAF_REQUIRE(ended.insert(id).second);
  }

  void obey(const work_step& made) {
    for (auto id : made.revoked)
      if (auto found = open.find(id); found != open.end())
        found->second.attempt = 0;
    for (auto& x : made.ended) {
      if (x.why.code == errc::poisoned) {
        ++poisoned;
        CAF_CHECK_EQUAL(static_cast<std::uint32_t>(open.at(x.item).failures), limits.attempts);
      }
      end(x.item);
    }
    for (auto& x : made.leases) {
      auto& mine = open.at(x.item);
      CAF_REQUIRE_EQUAL(mine.attempt, 0u); // never two live leases
      CAF_REQUIRE(hands.contains(x.worker));
      mine.attempt = x.attempt;
      mine.worker = x.worker;
      hands[x.worker].push_back({x.item, x.attempt});
      CAF_REQUIRE(hands[x.worker].size() <= limits.leases);
    }
    for (auto& x : made.grants)
      granted[x.source] += x.items;
  }

  bool live(const lease& x) {
    auto found = open.find(x.item);
    return found != open.end() && found->second.attempt == x.attempt;
  }

  void submit() {
    auto source = a_source();
    auto bytes = below(200);
    auto id = pool.submit({source, "t" + source, static_cast<priority_class>(below(4)), bytes,
                           now + std::chrono::milliseconds{below(8000)}},
                          now);
    if (!id) {
      CAF_CHECK(id.error().code == errc::overloaded || id.error().code == errc::deadline_exceeded);
      return;
    }
    ++submitted;
    CAF_REQUIRE(open.emplace(*id, job{source, 0, 0, 0, bytes}).second);
  }

  void answer() {
    if (hands.empty())
      return;
    auto at = std::next(hands.begin(), static_cast<std::ptrdiff_t>(below(hands.size())));
    if (at->second.empty())
      return;
    auto x = at->second.front();
    at->second.erase(at->second.begin());
    bool counts = live(x);
    if (below(4) == 0) {
      if (counts)
        ++open.at(x.item).failures;
      pool.failed(at->first, x.item, x.attempt, {errc::internal, "failed", {}}, now);
      if (counts)
        open.at(x.item).attempt = 0;
      return;
    }
    CAF_CHECK_EQUAL(pool.finished(at->first, x.item, x.attempt, now), counts);
    if (counts)
      end(x.item);
  }

  /// The first in hand has had an attempt; all wait again.
  void lose(worker_number worker) {
    auto& hand = hands[worker];
    for (std::size_t i = 0; i < hand.size(); ++i)
      if (live(hand[i])) {
        auto& mine = open.at(hand[i].item);
        mine.failures += i == 0 ? 1 : 0;
        mine.attempt = 0;
      }
  }

  void worker_event() {
    auto worker = static_cast<worker_number>(below(3));
    if (!hands.contains(worker)) {
      hands[worker];
      pool.worker_joined(worker, static_cast<std::uint32_t>(1 + below(6)));
    } else if (below(6) == 0) {
      lose(worker);
      hands.erase(worker);
      pool.worker_left(worker, {errc::unavailable, "ended", {}});
    }
  }

  void drop() {
    auto source = a_source();
    if (below(2) == 0)
      pool.source_left(source);
    else
      pool.cancel("t" + source);
  }

  void wait(std::chrono::milliseconds time) {
    now += time;
    pool.sweep(now);
    obey_with_losses();
  }

  /// Leases that ran out say so by `revoked`; the first in that worker's hand has had an attempt.
  void obey_with_losses() {
    auto made = pool.step(now);
    for (auto id : made.revoked) {
      auto found = open.find(id);
      if (found == open.end() || found->second.attempt == 0)
        continue;
      auto& hand = hands[found->second.worker];
      found->second.failures += !hand.empty() && hand.front().item == id && !over(made, id) ? 1 : 0;
    }
    for (auto& x : made.ended)
      if (x.why.code == errc::poisoned && open.at(x.item).attempt != 0)
        ++open.at(x.item).failures;
    obey(made);
  }
  static bool over(const work_step& made, item_id id) {
    return std::any_of(made.ended.begin(), made.ended.end(), [&](auto& x) { return x.item == id; });
  }

  void check() {
    std::uint64_t bytes = 0;
    for (auto& [id, x] : open)
      bytes += x.bytes;
    CAF_REQUIRE_EQUAL(pool.items(), open.size());
    CAF_REQUIRE(pool.bytes_in_hand() >= bytes);
    // What came under grants was counted before; the bound is overstepped by what came without, and by one item.
    CAF_REQUIRE(pool.bytes_in_hand() <= limits.bytes_in_hand + limits.queue_bytes + 3 * limits.leases * 200 + 2000);
    CAF_REQUIRE(pool.sources() <= limits.sources);
    CAF_REQUIRE(pool.waiting() <= limits.queue + 18 + 9); // ungranted, granted by 3 x 6 credit, back from 3 hands
  }

  void one() {
    switch (below(8)) {
    case 0:
    case 1:
    case 2:
      return submit();
    case 3:
    case 4:
      return answer();
    case 5:
      return worker_event();
    case 6:
      return pool.offer(a_source(), static_cast<priority_class>(below(4)), static_cast<std::uint32_t>(below(5)),
                        below(600), static_cast<std::uint32_t>(below(2)), now);
    default:
      if (below(10) == 0)
        drop();
      return wait(std::chrono::milliseconds{below(700)});
    }
  }

  void run(int operations) {
    for (int i = 0; i < operations; ++i) {
      one();
      obey_with_losses();
      check();
    }
    // Left alone, everything that is still open ends by its deadline, and what was granted lapses.
    wait(10s);
    wait(10s);
    CAF_CHECK(open.empty());
    CAF_CHECK_EQUAL(ended.size(), submitted);
    CAF_CHECK_EQUAL(pool.items(), 0u);
  }
};

} // namespace

CAF_TEST(every item ends exactly once whatever happens) {
  std::size_t submitted = 0;
  std::size_t poisoned = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAF_MESSAGE("seed " << seed);
    model x{seed};
    x.run(3000);
    submitted += x.submitted;
    poisoned += x.poisoned;
  }
  CAF_CHECK(submitted > 10000);
  CAF_CHECK(poisoned > 100);
}
