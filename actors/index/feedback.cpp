#include "actors/index/feedback.hpp"

#include <cmath>

namespace troupe {

void leaning::towards(std::span<const float> passage, double weight) {
  if (passage.size() != sum_.size() || !(weight > 0))
    return;
  for (std::size_t i = 0; i < sum_.size(); ++i)
    sum_[i] += static_cast<float>(weight) * passage[i];
  weights_ += weight;
}

std::vector<float> leaning::from(std::vector<float> query) const {
  if (weights_ <= 0 || query.size() != sum_.size())
    return query;
  double squares = 0;
  for (std::size_t i = 0; i < query.size(); ++i) {
    query[i] += static_cast<float>(feedback_share / weights_) * sum_[i];
    squares += static_cast<double>(query[i]) * static_cast<double>(query[i]);
  }
  if (squares > 0)
    for (auto& x : query)
      x = static_cast<float>(static_cast<double>(x) / std::sqrt(squares));
  return query;
}

} // namespace troupe
