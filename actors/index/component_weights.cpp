#include "actors/index/component_weights.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {
/// Added to the relative mean square (1 on average): keeps a component that is nearly never used from deciding alone.
constexpr double floor_energy = 0.5;
} // namespace

void component_weights::count(const embedding& x, double sign) {
  if (x.values.size() != squares_.size())
    return;
  auto scale = static_cast<double>(x.scale) * static_cast<double>(x.scale) * sign;
  for (std::size_t i = 0; i < squares_.size(); ++i)
    squares_[i] += scale * static_cast<double>(x.values[i] * x.values[i]);
  vectors_ += sign;
}

std::vector<float> component_weights::weigh(const embedding& query) const {
  if (query.values.size() != squares_.size())
    return {};
  auto result = expand(query);
  double sum = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (vectors_ > 0) {
      auto energy = std::max(0.0, squares_[i]) / vectors_ * static_cast<double>(squares_.size());
      result[i] = static_cast<float>(static_cast<double>(result[i]) / (energy + floor_energy));
    }
    sum += static_cast<double>(result[i]) * static_cast<double>(result[i]);
  }
  if (sum > 0)
    for (auto& x : result)
      x = static_cast<float>(static_cast<double>(x) / std::sqrt(sum));
  return result;
}

std::vector<float> expand(const embedding& x) {
  std::vector<float> result(x.values.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = x.scale * static_cast<float>(x.values[i]);
  return result;
}

} // namespace troupe
