#include "actors/index/variety.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace troupe {

void limit_documents(std::span<candidate> ranking, std::size_t most, std::span<const std::uint32_t> document) {
  constexpr double share_beyond = 0.5;
  if (most == 0)
    return;
  struct standing {
    double score;
    candidate what;
  };
  std::unordered_map<std::uint32_t, std::size_t> seen;
  std::vector<standing> order;
  order.reserve(ranking.size());
  for (const auto& c : ranking)
    order.push_back({seen[document[c.at]]++ < most ? c.fused : c.fused * share_beyond, c});
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::transform(order.begin(), order.end(), ranking.begin(), [](const auto& x) { return x.what; });
}

std::vector<std::size_t> vary(std::span<const double> relevance, double novelty,
                              const std::function<double(std::size_t, std::size_t)>& alike) {
  std::vector<std::size_t> left(relevance.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::vector<double> nearest(relevance.size(), 0.0); // likeness to one that is taken
  std::vector<std::size_t> taken;
  while (!left.empty()) {
    auto gain = [&](std::size_t x) { return (1 - novelty) * relevance[x] - novelty * nearest[x]; };
    auto best = std::max_element(left.begin(), left.end(), [&](auto a, auto b) { return gain(a) < gain(b); });
    taken.push_back(*best);
    left.erase(best);
    for (auto x : left)
      nearest[x] = std::max(nearest[x], alike(taken.back(), x));
  }
  return taken;
}

} // namespace troupe
