#include "actors/index/fusion.hpp"

#include <algorithm>
#include <limits>

namespace troupe {

namespace {

struct range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void cover(float x) {
    low = std::min(low, static_cast<double>(x));
    high = std::max(high, static_cast<double>(x));
  }
  /// 1 for all when all are equal: each is the best of its leg.
  [[nodiscard]] double place(float x) const { return high > low ? (static_cast<double>(x) - low) / (high - low) : 1.0; }
};

} // namespace

void fuse(std::vector<candidate>& candidates, double lexical_weight) {
  range lexical;
  range vector;
  for (const auto& c : candidates) {
    if (c.has_lexical)
      lexical.cover(c.lexical);
    if (c.has_vector)
      vector.cover(c.vector);
  }
  for (auto& c : candidates) {
    c.fused = 0;
    if (c.has_lexical)
      c.fused += lexical_weight * lexical.place(c.lexical);
    if (c.has_vector)
      c.fused += (1 - lexical_weight) * vector.place(c.vector);
  }
  std::sort(candidates.begin(), candidates.end(), [](const candidate& a, const candidate& b) {
    return a.fused != b.fused ? a.fused > b.fused : a.at < b.at;
  });
}

std::vector<candidate> unite(std::span<const scored_slot> lexical, std::span<const scored_slot> vector) {
  std::vector<candidate> result;
  result.reserve(lexical.size() + vector.size());
  for (auto x : lexical)
    result.push_back({x.at, true, false, x.score, 0, 0});
  for (auto x : vector)
    result.push_back({x.at, false, true, 0, x.score, 0});
  std::sort(result.begin(), result.end(), [](const candidate& a, const candidate& b) { return a.at < b.at; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (kept == 0 || result[kept - 1].at != result[i].at) {
      result[kept++] = result[i];
      continue;
    }
    auto& same = result[kept - 1];
    const auto& other = result[i];
    same.lexical = other.has_lexical ? other.lexical : same.lexical;
    same.vector = other.has_vector ? other.vector : same.vector;
    same.has_lexical = same.has_lexical || other.has_lexical;
    same.has_vector = same.has_vector || other.has_vector;
  }
  result.resize(kept);
  return result;
}

} // namespace troupe
