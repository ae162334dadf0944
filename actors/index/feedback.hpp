#pragma once
/// A second look at the best of a ranking.

#include <cstddef>
#include <span>
#include <vector>

namespace troupe {

/// How many of the best a second look leans on, and how far (Rocchio, "Relevance Feedback in Information Retrieval",
/// 1971, with the best as if they were relevant). Chosen on cranfield, cisi and npl.
constexpr std::size_t feedback_depth = 10;
constexpr double feedback_share = 1.0;

/// A direction on the way from a query to passages that are probably right.
class leaning {
public:
  explicit leaning(std::size_t dimensions) : sum_(dimensions, 0.0F) {}
  /// `weight` > 0; one of another number of dimensions is left out.
  void towards(std::span<const float> passage, double weight);
  /// `query` plus `feedback_share` times the weighted mean of the passages, at length 1; `query` when there were none.
  [[nodiscard]] std::vector<float> from(std::vector<float> query) const;

private:
  std::vector<float> sum_;
  double weights_ = 0;
};

} // namespace troupe
