// When a group of writes waits for more.
#define CAF_SUITE group_wait

#include "actors/store/group_wait.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

CAF_TEST(a group waits once when most of those just answered are missing) {
  group_wait x;
  CAF_CHECK(!x.holds(32));
  CAF_CHECK(x.holds(16));  // the other 16 are on their way
  CAF_CHECK(!x.holds(17)); // and did not come: it goes as it is
  CAF_CHECK(!x.holds(17));
  CAF_CHECK(!x.holds(13));
  CAF_CHECK(x.holds(9));
  CAF_CHECK(!x.holds(30));
  CAF_CHECK(!x.holds(24)); // three quarters are enough
}

CAF_TEST(few callers never wait for one another) {
  group_wait x;
  for (std::size_t waiting : {7U, 1U, 7U, 2U, 1U})
    CAF_CHECK(!x.holds(waiting));
}
