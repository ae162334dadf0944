#pragma once
/// What speaks for a passage beside how well the legs score it: the query's words together in it, in its heading, and a
/// newer date. Small, so that they decide between passages that the legs hold for about as good.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "actors/embed/analyzer.hpp"
#include "actors/index/bm25_index.hpp"

namespace troupe {

/// How many of the best of a ranking are looked at again for them.
constexpr std::size_t boosted_depth = 50;
/// A passage's terms begin so many positions behind those of its title and heading: no phrase spans both, and what
/// stands before this position stands in the heading.
constexpr std::uint32_t heading_positions = 1000;

/// What of a query can be together: its terms with their weights (idf), and each two that stand side by side.
class query_shape {
public:
  /// `query` with positions; `known`: of the same query.
  query_shape(const term_list& query, const lexical_statistics& known);
  /// Share of the neighbours, by weight, that a passage has in their order and no more than a word farther apart,
  /// 0..1 (the ordered windows of Metzler and Croft, "A Markov Random Field Model for Term Dependencies", 2005, and
  /// a word more).
  [[nodiscard]] double phrases(const term_places& passage) const;
  /// Share of the terms, by weight, that its title and heading hold, 0..1.
  [[nodiscard]] double heading(const term_places& passage) const;

private:
  struct pair {
    std::size_t first, second;
    std::uint32_t gap;
    double weight;
  };
  std::vector<double> weights_; ///< by distinct term; 0: in no passage
  std::vector<pair> pairs_;     ///< of terms that are known
};

/// Of a day among those of the passages beside it, 0..1: 1 for the newest, half as much a year before. 0 without one.
double freshness(std::optional<std::int32_t> day, std::optional<std::int32_t> newest);

} // namespace troupe
