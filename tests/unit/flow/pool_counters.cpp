// What a queue's figures add up to.
#define CAF_SUITE pool_counters

#include "actors/flow/pool_counters.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

CAF_TEST(jobs are counted by status and by bound) {
  pool_counters x{"extract"};
  x.wait(5);
  x.wait(-2);
  x.ended(errc::none, 100ms);
  x.ended(errc::none, 101ms);
  x.ended(errc::poisoned, 7s);
  x.ended(errc::deadline_exceeded, 0ms);
  x.ended(errc::cancelled, 301s);
  x.ended(errc::unreadable, 2s);
  auto totals = x.totals();
  CAF_CHECK_EQUAL(totals.queue, "extract");
  CAF_CHECK_EQUAL(totals.depth, 3u);
  std::vector<std::pair<std::string, std::uint64_t>> ended{
    {"done", 2}, {"failed", 1}, {"poisoned", 1}, {"cancelled", 1}, {"expired", 1}};
  CAF_CHECK(totals.ended == ended);
  std::vector<std::uint64_t> durations{2, 3, 3, 4, 5, 5, 5, 5, 5, 6};
  CAF_CHECK_EQUAL(totals.durations, durations);
  CAF_CHECK(totals.seconds > 310.2 && totals.seconds < 310.3);
}
