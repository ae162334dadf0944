#pragma once
/// A ranking for somebody who reads on from its beginning: no source fills it, and what says the same comes later.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "actors/index/fusion.hpp"

namespace troupe {

struct variety {
  /// How much likeness to a better passage weighs against the score, 0..1; 0: nothing.
  double novelty = 0;
  /// Passages of one document that stand at their whole score; those behind them at half of it. 0: all.
  std::size_t most_a_document = 0;
};

/// What a research is answered with: copies last, which costs nothing of nDCG@10 on cranfield, cisi and npl
/// (docs/decisions/0013-ranking.md), and of forty passages at least ten documents', where there are so many that say
/// half as much.
constexpr variety for_reading{0.5, 4};

/// Passages with hashed vectors of this cosine are on the same matter, however much of it they share; only beyond it
/// they are alike. On those sets lower ones put what is wanted behind, and any likeness of places in the latent space.
constexpr double same_matter = 0.97;

/// 0..1, of a cosine.
constexpr double likeness_of(double cosine) {
  return cosine <= same_matter ? 0 : cosine >= 1 ? 1 : (cosine - same_matter) / (1 - same_matter);
}

/// How many of the best are told apart by `novelty`.
constexpr std::size_t varied_depth = 100;

/// Reorders a ranking, best first, by how many passages of the same document stand before each. `document` by slot.
void limit_documents(std::span<candidate> ranking, std::size_t most, std::span<const std::uint32_t> document);

/// Maximal marginal relevance (Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking", 1998): the order
/// in which each has the most of (1 - novelty) · relevance - novelty · its greatest likeness to one before it. Answers
/// places in `relevance`. `alike`: of two places, 0..1.
std::vector<std::size_t> vary(std::span<const double> relevance, double novelty,
                              const std::function<double(std::size_t, std::size_t)>& alike);

} // namespace troupe
