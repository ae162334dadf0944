#include "actors/index/boosts.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace troupe {

namespace {

constexpr double half_life = 365; // days

/// Whether any of `second` follows one of `first` within `most` positions; both ascending.
bool follows(const std::vector<std::uint32_t>& first, const std::vector<std::uint32_t>& second, std::uint32_t most) {
  return std::any_of(first.begin(), first.end(), [&](auto x) {
    auto next = std::upper_bound(second.begin(), second.end(), x);
    return next != second.end() && *next - x <= most;
  });
}

} // namespace

query_shape::query_shape(const term_list& query, const lexical_statistics& known) {
  std::unordered_map<std::string_view, std::size_t> numbers;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < query.size(); ++i) {
    auto [at, added] = numbers.emplace(query[i], weights_.size());
    if (added)
      weights_.push_back(known.weight(at->second));
    order.push_back(at->second);
  }
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    auto gap = query.position(i + 1) - query.position(i); // none between parts of one word
    auto weight = std::min(weights_[order[i]], weights_[order[i + 1]]);
    if (order[i] != order[i + 1] && gap > 0 && gap < heading_positions && weight > 0)
      pairs_.push_back({order[i], order[i + 1], gap, weight});
  }
}

double query_shape::phrases(const term_places& passage) const {
  double held = 0;
  double all = 0;
  for (const auto& x : pairs_) {
    all += x.weight;
    if (follows(passage[x.first], passage[x.second], x.gap + 1))
      held += x.weight;
  }
  return all > 0 ? held / all : 0;
}

double query_shape::heading(const term_places& passage) const {
  double held = 0;
  double all = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    all += weights_[i];
    if (!passage[i].empty() && passage[i].front() < heading_positions)
      held += weights_[i];
  }
  return all > 0 ? held / all : 0;
}

double freshness(std::optional<std::int32_t> day, std::optional<std::int32_t> newest) {
  if (!day || !newest)
    return 0;
  return std::exp2((static_cast<double>(*day) - static_cast<double>(*newest)) / half_life);
}

} // namespace troupe
