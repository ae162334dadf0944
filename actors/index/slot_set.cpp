#include "actors/index/slot_set.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

void best_slots::offer(scored_slot x) {
  if (k_ == 0)
    return;
  if (heap_.size() < k_) {
    heap_.push_back(x);
    std::push_heap(heap_.begin(), heap_.end(), better);
    return;
  }
  if (!better(x, heap_.front()))
    return;
  std::pop_heap(heap_.begin(), heap_.end(), better);
  heap_.back() = x;
  std::push_heap(heap_.begin(), heap_.end(), better);
}

std::vector<scored_slot> best_slots::take() {
  std::sort_heap(heap_.begin(), heap_.end(), better);
  return std::exchange(heap_, {});
}

} // namespace troupe
