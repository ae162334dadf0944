#include "actors/index/slot_set.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

template <class Score>
void best_of<Score>::offer(rated_slot<Score> x) {
  if (k_ == 0)
    return;
  if (heap_.size() < k_) {
    heap_.push_back(x);
    std::push_heap(heap_.begin(), heap_.end(), better<Score>);
    return;
  }
  if (!better(x, heap_.front()))
    return;
  std::pop_heap(heap_.begin(), heap_.end(), better<Score>);
  heap_.back() = x;
  std::push_heap(heap_.begin(), heap_.end(), better<Score>);
}

template <class Score>
std::vector<rated_slot<Score>> best_of<Score>::take() {
  std::sort_heap(heap_.begin(), heap_.end(), better<Score>);
  return std::exchange(heap_, {});
}

template class best_of<float>;
template class best_of<std::uint32_t>;

} // namespace troupe
