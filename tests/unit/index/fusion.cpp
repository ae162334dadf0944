// Two rankings into one.
#define CAF_SUITE fusion

#include "actors/index/fusion.hpp"

#include <cmath>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {
bool near(double a, double b) { return std::abs(a - b) < 1e-6; }
} // namespace

CAF_TEST(legs are normalised and combined) {
  auto both = unite(std::vector<scored_slot>{{1, 10.0F}, {2, 6.0F}, {3, 2.0F}},
                    std::vector<scored_slot>{{4, 0.9F}, {2, 0.5F}, {1, 0.1F}});
  CAF_REQUIRE_EQUAL(both.size(), 4u);
  fuse(both, 0.75);
  CAF_CHECK_EQUAL(both[0].at, 1u);
  CAF_CHECK(near(both[0].fused, 0.75));
  CAF_CHECK_EQUAL(both[1].at, 2u);
  CAF_CHECK(near(both[1].fused, 0.5 * 0.75 + 0.5 * 0.25));
  CAF_CHECK_EQUAL(both[2].at, 4u); // only the vector leg knows it: the other counts 0
  CAF_CHECK(near(both[2].fused, 0.25));
  CAF_CHECK(!both[2].has_lexical && both[2].has_vector);
  CAF_CHECK_EQUAL(both[3].at, 3u);
  CAF_CHECK(near(both[3].fused, 0));
}

CAF_TEST(one leg alone keeps its order) {
  auto one = unite(std::vector<scored_slot>{{9, 3.0F}, {4, 2.0F}, {7, 1.0F}}, {});
  fuse(one, 1.0);
  CAF_CHECK_EQUAL(one[0].at, 9u);
  CAF_CHECK_EQUAL(one[1].at, 4u);
  CAF_CHECK_EQUAL(one[2].at, 7u);
}

CAF_TEST(equal scores are all the best and nothing is nothing) {
  auto same = unite(std::vector<scored_slot>{{2, 3.0F}, {1, 3.0F}}, {});
  fuse(same, 0.8);
  CAF_CHECK_EQUAL(same[0].at, 1u);
  CAF_CHECK(near(same[0].fused, 0.8) && near(same[1].fused, 0.8));
  std::vector<candidate> none;
  fuse(none, 0.5);
  CAF_CHECK(none.empty());
}
