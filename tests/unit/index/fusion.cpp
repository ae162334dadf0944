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
                    std::vector<scored_slot>{{4, 0.9F}, {2, 0.5F}, {1, 0.1F}}, &candidate::latent);
  CAF_REQUIRE_EQUAL(both.size(), 4u);
  fuse(both, {0.75, 0.25, 0.5}); // the third leg said nothing: its share goes to the others
  CAF_CHECK_EQUAL(both[0].at, 1u);
  CAF_CHECK(near(both[0].fused, 0.75));
  CAF_CHECK_EQUAL(both[1].at, 2u);
  CAF_CHECK(near(both[1].fused, 0.5 * 0.75 + 0.5 * 0.25));
  CAF_CHECK_EQUAL(both[2].at, 4u); // only the second leg knows it: the other counts 0
  CAF_CHECK(near(both[2].fused, 0.25));
  CAF_CHECK(!both[2].lexical.known && both[2].latent.known);
  CAF_CHECK_EQUAL(both[3].at, 3u);
  CAF_CHECK(near(both[3].fused, 0));
}

CAF_TEST(three legs add up) {
  std::vector<candidate> three(2);
  three[0] = {7, {true, 4.0F}, {true, 0.2F}, {true, 0.1F}, 0};
  three[1] = {8, {true, 2.0F}, {true, 0.6F}, {}, 0};
  fuse(three, three_legs.brief);
  CAF_CHECK_EQUAL(three[0].at, 7u);
  CAF_CHECK(
    near(three[0].fused, three_legs.brief.lexical + three_legs.brief.hashed)); // the only one of a leg is its best
  CAF_CHECK(near(three[1].fused, three_legs.brief.latent));
}

CAF_TEST(ranks can be fused instead of scores) {
  auto both = unite(std::vector<scored_slot>{{1, 100.0F}, {2, 1.0F}}, std::vector<scored_slot>{{2, 0.9F}, {3, 0.8F}},
                    &candidate::hashed);
  fuse(both, {0.5, 0.0, 0.5}, fusion_method::reciprocal_rank);
  CAF_CHECK_EQUAL(both[0].at, 2u); // second and first
  CAF_CHECK(near(both[0].fused, 0.5 * 61 / 62 + 0.5));
  CAF_CHECK_EQUAL(both[1].at, 1u);
  CAF_CHECK(near(both[1].fused, 0.5));
  CAF_CHECK(near(both[2].fused, 0.5 * 61 / 62));
}

CAF_TEST(one leg alone keeps its order) {
  for (auto how : {fusion_method::convex, fusion_method::reciprocal_rank}) {
    auto one = unite(std::vector<scored_slot>{{9, 3.0F}, {4, 2.0F}, {7, 1.0F}}, {}, &candidate::latent);
    fuse(one, three_legs.brief, how);
    CAF_CHECK_EQUAL(one[0].at, 9u);
    CAF_CHECK_EQUAL(one[1].at, 4u);
    CAF_CHECK_EQUAL(one[2].at, 7u);
    CAF_CHECK(near(one[0].fused, 1));
  }
}

CAF_TEST(equal scores are all the best and nothing is nothing) {
  auto same = unite(std::vector<scored_slot>{{2, 3.0F}, {1, 3.0F}}, {}, &candidate::latent);
  fuse(same, three_legs.brief);
  CAF_CHECK_EQUAL(same[0].at, 1u);
  CAF_CHECK(near(same[0].fused, 1) && near(same[1].fused, 1));
  std::vector<candidate> none;
  fuse(none, three_legs.brief);
  CAF_CHECK(none.empty());
}

CAF_TEST(a query of few words counts on words and one of many on what it is about) {
  auto shares = [](std::size_t terms) { return weights_for(three_legs, terms); };
  for (std::size_t terms = 0; terms < 40; ++terms)
    CAF_CHECK(near(shares(terms).lexical + shares(terms).latent + shares(terms).hashed, 1));
  CAF_CHECK(near(shares(0).lexical, three_legs.brief.lexical));
  CAF_CHECK(near(shares(brief_terms).latent, three_legs.brief.latent));
  auto middle = shares((brief_terms + wordy_terms) / 2);
  CAF_CHECK(near(middle.lexical, (three_legs.brief.lexical + three_legs.wordy.lexical) / 2));
  CAF_CHECK(near(middle.hashed, (three_legs.brief.hashed + three_legs.wordy.hashed) / 2));
  CAF_CHECK(near(shares(wordy_terms).lexical, three_legs.wordy.lexical));
  CAF_CHECK(near(shares(1000).latent, three_legs.wordy.latent));
}
