#pragma once
/// One ranking out of two.

#include <span>
#include <vector>

#include "actors/index/slot_set.hpp"

namespace troupe {

/// A passage as the legs scored it. A leg that did not score it counts 0 after normalisation.
struct candidate {
  slot at = 0;
  bool has_lexical = false;
  bool has_vector = false;
  float lexical = 0; ///< raw BM25
  float vector = 0;  ///< raw cosine
  double fused = 0;  ///< 0..1
};

/// Share of the lexical leg beside hashed vectors, chosen on cranfield, cisi and npl (tests/eval/retrieval.cpp).
constexpr double hashed_lexical_weight = 0.8;

/// Convex combination of min-max normalised scores (Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid
/// Retrieval", 2023), each leg normalised over those of `candidates` that it scored. Sets `fused` and sorts, best
/// first.
void fuse(std::vector<candidate>& candidates, double lexical_weight);

/// The union of two rankings; a passage of both holds both scores.
std::vector<candidate> unite(std::span<const scored_slot> lexical, std::span<const scored_slot> vector);

} // namespace troupe
