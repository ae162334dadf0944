// Waits between tries and rates with a burst, on given time.
#define CAF_SUITE pacing

#include <random>

#include "actors/flow/backoff.hpp"
#include "actors/flow/token_bucket.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

CAF_TEST(backoff grows to its limit within its jitter) {
  backoff_options options{100ms, 1000ms, 2.0, 0.5};
  backoff waits{options, 7};
  for (std::int64_t full : {100, 200, 400, 800, 1000, 1000, 1000}) {
    auto wait = waits.next();
    CAF_CHECK(wait.count() <= full);
    CAF_CHECK(wait.count() >= full / 2);
  }
  CAF_CHECK_EQUAL(waits.tries(), 7u);
  waits.reset();
  CAF_CHECK(waits.next() <= 100ms);
}

CAF_TEST(backoff is the same for the same seed and another for another) {
  auto sequence = [](std::uint64_t seed) {
    backoff waits{{}, seed};
    std::vector<std::int64_t> result;
    for (int i = 0; i < 8; ++i)
      result.push_back(waits.next().count());
    return result;
  };
  CAF_CHECK(sequence(1) == sequence(1));
  CAF_CHECK(sequence(1) != sequence(2));
}

CAF_TEST(backoff without jitter is exact and survives ten thousand tries) {
  backoff waits{{3ms, 50ms, 10.0, 0.0}, 1};
  CAF_CHECK_EQUAL(waits.next().count(), 3);
  CAF_CHECK_EQUAL(waits.next().count(), 30);
  for (int i = 0; i < 10000; ++i)
    CAF_REQUIRE_EQUAL(waits.next().count(), 50);
}

CAF_TEST(a bucket gives its burst at once and then its rate) {
  token_bucket::clock::time_point now{};
  token_bucket bucket{2.0, 3.0, now};
  for (int i = 0; i < 3; ++i)
    CAF_CHECK(bucket.try_take(1, now));
  CAF_CHECK(!bucket.try_take(1, now));
  CAF_CHECK(bucket.wait_for(1, now) == 500ms);
  CAF_CHECK(!bucket.try_take(1, now + 499ms));
  CAF_CHECK(bucket.try_take(1, now + 500ms));
  CAF_CHECK(bucket.wait_for(4, now) == token_bucket::clock::duration::max());
  bucket.give_back(1);
  CAF_CHECK(bucket.try_take(1, now + 500ms));
  CAF_CHECK_EQUAL(bucket.available(now + 1h), 3.0); // idle time saves up no more than the burst
}

CAF_TEST(a bucket never gives more than rate times time plus capacity) {
  std::mt19937_64 random{20260131};
  token_bucket::clock::time_point start{};
  auto now = start;
  token_bucket bucket{5.0, 10.0, now};
  double taken = 0;
  for (int i = 0; i < 20000; ++i) {
    now += std::chrono::milliseconds{random() % 300};
    auto n = static_cast<double>(random() % 4 + 1);
    if (bucket.try_take(n, now)) {
      taken += n;
    } else {
      auto wait = bucket.wait_for(n, now);
      CAF_REQUIRE(wait > token_bucket::clock::duration::zero());
      now += wait;
      CAF_REQUIRE(bucket.try_take(n, now));
      taken += n;
    }
    CAF_REQUIRE(taken <= 10.0 + 5.0 * std::chrono::duration<double>(now - start).count() + 1.0);
  }
}
