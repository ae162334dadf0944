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

/// Chosen on cranfield, cisi and npl (docs/decisions/0010-latent-space.md). Before there is a latent space that is .8
/// lexical and .2 hashed (docs/decisions/0006-hashed-vectors.md).
constexpr leg_weights three_legs{0.56, 0.30, 0.14};

enum class fusion_method : std::uint8_t { convex, reciprocal_rank };

struct fusion_choice {
  leg_weights weights;
  fusion_method how = fusion_method::convex;
};

/// `convex`: a combination of min-max normalised scores (Bruch, Gai, Ingber, "An Analysis of Fusion Functions for
/// Hybrid Retrieval", 2023), each leg normalised over those of `candidates` that it scored. `reciprocal_rank`: the sum
/// of weight / (60 + rank), as a share of the most it could be (Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion",
/// 2009). Sets `fused` and sorts, best first.
void fuse(std::vector<candidate>& candidates, const fusion_choice& choice);

/// The union of two rankings, the second of which goes to the leg named; a passage of both holds both scores. Ordered
/// by slot.
std::vector<candidate> unite(std::span<const scored_slot> lexical, std::span<const scored_slot> second,
                             leg_score candidate::*leg);

} // namespace troupe
