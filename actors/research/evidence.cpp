#include "actors/research/evidence.hpp"

#include <algorithm>
#include <map>

namespace troupe {

std::vector<passage_hit> fuse_hits(std::vector<std::vector<passage_hit>> lists, std::size_t most) {
  constexpr double evenness = 10; // the larger, the less the first ranks count
  constexpr double share_of_next = 0.8;
  struct standing {
    double score = 0;
    passage_hit* hit = nullptr;
  };
  std::map<std::pair<document_id, std::uint32_t>, standing> found;
  double weight = 1;
  for (auto& list : lists) {
    for (std::size_t rank = 0; rank < list.size(); ++rank) {
      auto& x = found[{list[rank].document, list[rank].found.start}];
      x.score += weight / (evenness + static_cast<double>(rank));
      x.hit = x.hit == nullptr ? &list[rank] : x.hit;
    }
    weight *= share_of_next;
  }
  std::vector<standing> order;
  for (auto& [place, x] : found)
    order.push_back(x);
  std::stable_sort(order.begin(), order.end(), [](auto& a, auto& b) { return a.score > b.score; });
  std::vector<passage_hit> out;
  for (auto& x : order)
    if (out.size() < most)
      out.push_back(std::move(*x.hit));
  return out;
}

} // namespace troupe
