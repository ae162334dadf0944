// One timer for all sessions: each gets its tick in its own time, from when it joined until it leaves.
#define CAF_SUITE session_ticks

#include "actors/research/session_ticks.hpp"

#include <string>

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using ticks = session_ticks<std::string>;
using names = std::vector<std::string>;
constexpr ticks::time_point zero{};

} // namespace

CAF_TEST(each is due when its own time has passed since it joined and since its last tick) {
  ticks x;
  CAF_CHECK(x.empty());
  x.join(1, "a", zero);
  x.join(2, "b", zero + 100ms);
  CAF_CHECK(!x.empty());
  CAF_CHECK_EQUAL(x.due(zero + 199ms), names{});
  CAF_CHECK_EQUAL(x.due(zero + 200ms), names{"a"});
  CAF_CHECK_EQUAL(x.due(zero + 250ms), names{});
  CAF_CHECK_EQUAL(x.due(zero + 320ms), names{"b"});
  CAF_CHECK_EQUAL(x.due(zero + 400ms), names{"a"});
  CAF_CHECK_EQUAL(x.due(zero + 10s), (names{"a", "b"})); // after a pause once, not once for each that was missed
  CAF_CHECK_EQUAL(x.due(zero + 10s), names{});
}

CAF_TEST(who has left is sent nothing) {
  ticks x;
  x.join(1, "a", zero);
  x.join(2, "b", zero);
  x.leave(1);
  x.leave(7); // never joined
  CAF_CHECK_EQUAL(x.due(zero + 1s), names{"b"});
  x.leave(2);
  CAF_CHECK(x.empty());
  CAF_CHECK_EQUAL(x.due(zero + 2s), names{});
}
