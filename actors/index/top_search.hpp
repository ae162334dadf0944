#pragma once
/// The best passages for weighed terms, without looking at all that hold one.

#include <cstdint>
#include <span>
#include <vector>

#include "actors/index/posting_list.hpp"

namespace troupe {

/// A term of a query as the search walks over its postings.
struct weighed_list {
  const posting_list* list;
  double weight; ///< idf, times how often the query names it
};

/// What the weight of a posting depends on besides the term.
struct length_norms {
  std::span<const std::uint32_t> lengths; ///< in terms, by slot; 0: dead
  std::span<const float> norms; ///< k1 · (1 - b + b · length / average) by length; the last serves all above
  [[nodiscard]] float of(std::uint32_t length) const {
    return norms[length < norms.size() ? length : norms.size() - 1];
  }
};

/// The `k` passages of `only` (null: of all) with the highest sum of weight · tf / (tf + norm) over `terms`, best
/// first; of equal ones the lower slot. MaxScore (Turtle and Flood, "Query Evaluation: Strategies and Optimizations",
/// 1995) a window of slots at a time, with the bounds of the blocks in it: terms that together can't lift a passage
/// among the best are only asked about passages that others name, and windows where no term can are passed over.
std::vector<scored_slot> search_top(std::span<const weighed_list> terms, const length_norms& norms, std::size_t k,
                                    const slot_set* only);

} // namespace troupe
