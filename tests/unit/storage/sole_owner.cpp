// What only an embedded store knows: that nobody else has its folder open.
#define CAF_SUITE sole_owner

#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

struct fixture : store_fixture {
  std::vector<research_row> claimed() { return did<claimed_research>(a_claim(1)).rows; }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sole_owner_tests, fixture)

CAF_TEST(a sole owner finds no leases of others) {
  did<accepted_research>(an_accept("r_1"));
  CAF_CHECK_EQUAL(claimed().size(), 1u);
  reopen();
  CAF_CHECK(claimed().empty());
  options.sole_owner = true;
  reopen();
  auto again = claimed();
  CAF_REQUIRE_EQUAL(again.size(), 1u);
  CAF_CHECK_EQUAL(again[0].attempt, 2u);
  CAF_CHECK_EQUAL(again[0].epoch.value, 2u);
}

CAF_TEST(a node that starts again counts what ran in it) {
  options.sole_owner = true;
  did<accepted_research>(an_accept("r_1"));
  CAF_CHECK_EQUAL(claimed().size(), 1u);
  reopen();
  CAF_CHECK_EQUAL(claimed().size(), 1u);
  reopen();
  CAF_CHECK(claimed().empty());
  CAF_CHECK(row("r_1").status == research_status::failed);
}

CAF_TEST_FIXTURE_SCOPE_END()
