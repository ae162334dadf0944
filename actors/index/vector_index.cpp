#include "actors/index/vector_index.hpp"

#include <algorithm>
#include <cstring>
#include <exception>

#define NO_MANUAL_VECTORIZATION // our own space is the only one used
#include <hnswlib/hnswlib.h>

#include "actors/embed/embedding_model.hpp"

namespace troupe {

namespace {

constexpr std::size_t block_rows = 1024;

/// A row of the graph: the scale, then the components.
using packed_row = std::vector<char>;

packed_row pack(float scale, const std::int8_t* values, std::size_t n) {
  packed_row result(sizeof(float) + n);
  std::memcpy(result.data(), &scale, sizeof(float));
  std::memcpy(result.data() + sizeof(float), values, n);
  return result;
}

float packed_distance(const void* a, const void* b, const void* dimensions) {
  float scale_a = 0;
  float scale_b = 0;
  std::memcpy(&scale_a, a, sizeof(float));
  std::memcpy(&scale_b, b, sizeof(float));
  auto product = dot(static_cast<const std::int8_t*>(a) + sizeof(float),
                     static_cast<const std::int8_t*>(b) + sizeof(float), *static_cast<const std::size_t*>(dimensions));
  return 1.0F - scale_a * scale_b * static_cast<float>(product);
}

class packed_space final : public hnswlib::SpaceInterface<float> {
public:
  explicit packed_space(std::size_t dimensions) : dimensions_(dimensions) {}
  std::size_t get_data_size() override { return sizeof(float) + dimensions_; }
  hnswlib::DISTFUNC<float> get_dist_func() override { return packed_distance; }
  void* get_dist_func_param() override { return &dimensions_; }

private:
  std::size_t dimensions_;
};

} // namespace

struct vector_index::graph {
  graph(std::size_t dimensions, std::size_t capacity) : space(dimensions), nodes(&space, capacity, 16, 100) {}
  packed_space space;
  hnswlib::HierarchicalNSW<float> nodes;
};

vector_index::vector_index(std::size_t dimensions, vector_limits limits) : dimensions_(dimensions), limits_(limits) {}
vector_index::vector_index(vector_index&&) noexcept = default;
vector_index& vector_index::operator=(vector_index&&) noexcept = default;
vector_index::~vector_index() = default;

const std::int8_t* vector_index::row(slot at) const {
  return blocks_[at / block_rows].get() + (at % block_rows) * dimensions_;
}

bool vector_index::add(slot at, const embedding& x) {
  if (x.values.size() != dimensions_)
    return false;
  if (at >= scales_.size())
    scales_.resize(at + 1, 0);
  if (at / block_rows >= blocks_.size())
    blocks_.resize(at / block_rows + 1);
  auto& block = blocks_[at / block_rows];
  if (!block)
    block = std::make_unique<std::int8_t[]>(block_rows * dimensions_);
  std::memcpy(block.get() + (at % block_rows) * dimensions_, x.values.data(), dimensions_);
  scales_[at] = x.scale;
  present_.insert(at);
  return true;
}

void vector_index::remove(slot at) {
  if (!present_.contains(at))
    return;
  present_.erase(at);
  if (graph_ && at < next_)
    try {
      graph_->nodes.markDelete(at);
    } catch (const std::exception&) {
      // Not in the graph after all: `present_` keeps it out of every answer.
    }
}

embedding vector_index::at(slot x) const {
  if (!present_.contains(x))
    return {};
  return {scales_[x], std::vector<std::int8_t>(row(x), row(x) + dimensions_)};
}

float vector_index::score(slot at, const wide_query& query) const {
  if (!present_.contains(at))
    return 0;
  return query.scale * scales_[at] * static_cast<float>(dot(query.values.data(), row(at), dimensions_));
}

void vector_index::scan(const wide_query& query, slot from, const slot_set* only, best_slots& best) const {
  const auto& candidates = only == nullptr ? present_ : *only;
  candidates.each_from(from, [&](slot at) {
    if (only != nullptr && !present_.contains(at))
      return;
    auto s = query.scale * scales_[at] * static_cast<float>(dot(query.values.data(), row(at), dimensions_));
    if (best.keeps(s))
      best.offer({at, s});
  });
}

/// False when the graph could not give `k` answers that pass the filter.
bool vector_index::search_graph(std::span<const float> query, const wide_query& wide, std::size_t k,
                                const slot_set* only, best_slots& best) const {
  auto packed = quantise(query);
  auto probe = pack(packed.scale, packed.values.data(), dimensions_);
  auto width = std::max(limits_.search_width, k * 2);
  std::size_t found = 0;
  try {
    graph_->nodes.setEf(width);
    auto nearest = graph_->nodes.searchKnn(probe.data(), only == nullptr ? k : width);
    for (; !nearest.empty(); nearest.pop()) {
      auto at = static_cast<slot>(nearest.top().second);
      if (!present_.contains(at) || (only != nullptr && !only->contains(at)))
        continue;
      best.offer({at, score(at, wide)});
      ++found;
    }
  } catch (const std::exception&) {
    return false;
  }
  return found >= k;
}

std::vector<scored_slot> vector_index::search(std::span<const float> query, std::size_t k, const slot_set* only) const {
  if (query.size() != dimensions_ || present_.size() == 0 || k == 0)
    return {};
  auto wide = widen(query);
  auto candidates = only == nullptr ? present_.size() : only->size();
  // Below half of all, a graph search would mostly meet what the filter throws away.
  auto selective = only != nullptr && candidates * 2 < present_.size();
  best_slots best{k};
  if (graph_ && candidates > limits_.exact && !selective && search_graph(query, wide, k, only, best)) {
    scan(wide, next_, only, best);
    return best.take();
  }
  best = best_slots{k};
  scan(wide, 0, only, best);
  return best.take();
}

std::size_t vector_index::backlog() const {
  return present_.size() <= limits_.exact ? 0 : scales_.size() - std::min<std::size_t>(next_, scales_.size());
}

std::size_t vector_index::extend_graph(std::size_t at_most) {
  if (backlog() == 0)
    return 0;
  try {
    if (!graph_)
      graph_ = std::make_unique<graph>(dimensions_, scales_.size());
    if (graph_->nodes.max_elements_ < scales_.size())
      graph_->nodes.resizeIndex(std::max(scales_.size(), graph_->nodes.max_elements_ * 3 / 2));
    for (std::size_t i = 0; i < at_most && next_ < scales_.size(); ++i, ++next_)
      if (present_.contains(next_))
        graph_->nodes.addPoint(pack(scales_[next_], row(next_), dimensions_).data(), next_);
  } catch (const std::exception&) {
    // Most likely out of memory: exact scans go on serving. The next call starts over.
    graph_.reset();
    next_ = 0;
    return 0;
  }
  return backlog();
}

} // namespace troupe
