#pragma once
/// Inverse document frequency for hashed vectors, applied to queries.

#include <span>
#include <vector>

#include "protocols/document.hpp"

namespace troupe {

/// The mean square of each component over a collection says how many frequent features fall into it. Dividing a query's
/// components by it is the matched filter for noise of that variance (a diagonal whitening), and does for buckets what
/// idf does for terms. It needs nothing but the vectors, so stored ones never go stale: only queries change as a
/// collection grows. Measured against unweighted queries: docs/decisions/0006.
class component_weights {
public:
  explicit component_weights(std::size_t dimensions) : squares_(dimensions, 0.0) {}

  void add(const embedding& x) { count(x, 1); }
  void remove(const embedding& x) { count(x, -1); }
  /// The weighted query at length 1; empty when `query` has another number of dimensions.
  [[nodiscard]] std::vector<float> weigh(const embedding& query) const;

private:
  void count(const embedding& x, double sign);

  std::vector<double> squares_;
  double vectors_ = 0;
};

/// A vector as floats, at the length it was quantised from.
std::vector<float> expand(const embedding& x);

} // namespace troupe
