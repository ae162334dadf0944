#pragma once
/// One ranking out of several.

#include <span>
#include <vector>

#include "actors/index/slot_set.hpp"

namespace troupe {

/// What a leg said of a passage; `known` is false when it said nothing.
struct leg_score {
  bool known = false;
  float raw = 0;
};

/// A passage as the legs scored it. A leg that did not score it counts 0 after normalisation.
struct candidate {
  slot at = 0;
  leg_score lexical; ///< BM25
  leg_score latent;  ///< cosine in the latent space
  leg_score hashed;  ///< cosine of hashed vectors
  double fused = 0;  ///< 0..1
};

/// Shares of the legs; those of legs that scored nothing go to the others in proportion.
struct leg_weights {
  double lexical = 0;
  double latent = 0;
  double hashed = 0;
};

enum class fusion_method : std::uint8_t { convex, reciprocal_rank };

/// What a passage gets on top of its fused score, at most, for each of what `boosts.hpp` looks at.
struct boost_weights {
  double phrases = 0;
  double heading = 0;
  double freshness = 0;
  [[nodiscard]] double most() const { return phrases + heading + freshness; }
};

/// How a ranking weighs its legs. A question of few words names what it wants, and words find it; one of many says what
/// it is about, and the other legs know that better. Between the two ends the shares go straight from one to the other.
struct fusion_choice {
  leg_weights brief; ///< of a query of `brief_terms` different terms or fewer
  leg_weights wordy; ///< of one with `wordy_terms` or more
  fusion_method how = fusion_method::convex;
  boost_weights boosts{};
};

/// All chosen on cranfield, cisi and npl, whole and in random parts (docs/decisions/0013-ranking.md). Before there is a
/// latent space its share goes to the others. None of these sets has dates: that boost is small enough to decide
/// between what is equal otherwise, and no more.
constexpr std::size_t brief_terms = 4;
constexpr std::size_t wordy_terms = 16;
constexpr fusion_choice three_legs{
  {0.75, 0.17, 0.08}, {0.35, 0.44, 0.21}, fusion_method::convex, {.phrases = 0.15, .heading = 0.2, .freshness = 0.01}};

/// The shares for a query of so many different terms.
[[nodiscard]] leg_weights weights_for(const fusion_choice& choice, std::size_t terms);

/// `convex`: a combination of min-max normalised scores (Bruch, Gai, Ingber, "An Analysis of Fusion Functions for
/// Hybrid Retrieval", 2023), each leg normalised over those of `candidates` that it scored. `reciprocal_rank`: the sum
/// of weight / (60 + rank), as a share of the most it could be (Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion",
/// 2009). Sets `fused` and sorts, best first.
void fuse(std::vector<candidate>& candidates, const leg_weights& weights, fusion_method how = fusion_method::convex);

/// By `fused`; the lower slot first where that is equal.
void sort_best_first(std::span<candidate> candidates);

/// The union of two rankings, the second of which goes to the leg named; a passage of both holds both scores. Ordered
/// by slot.
std::vector<candidate> unite(std::span<const scored_slot> lexical, std::span<const scored_slot> second,
                             leg_score candidate::*leg);

} // namespace troupe
