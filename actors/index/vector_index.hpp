#pragma once
/// The vector leg: quantised vectors, scanned exactly while they are few, through an HNSW graph when they are many.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "actors/index/int8_dot.hpp"
#include "actors/index/slot_set.hpp"
#include "protocols/document.hpp"

namespace troupe {

struct vector_limits {
  /// Up to this many candidates (after filtering) are scanned exactly: about 3 ms for 50,000 of 512 components.
  std::size_t exact = 50000;
  std::size_t search_width = 200; ///< ef of a graph search
};

/// The graph is built in the background, by `extend_graph`, and what is not in it yet is scanned exactly: what is added
/// is found at once. A filter that leaves few candidates is scanned exactly, so that filters lose no recall.
/// Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using HNSW graphs", 2018.
/// One thread at a time.
class vector_index {
public:
  explicit vector_index(std::size_t dimensions, vector_limits limits = {});
  vector_index(vector_index&&) noexcept;
  vector_index& operator=(vector_index&&) noexcept;
  ~vector_index();

  /// `at` must be above every slot added before. A vector of another number of dimensions is not added: false.
  bool add(slot at, const embedding& x);
  void remove(slot at);
  /// The vector of a slot; without values when it has none.
  [[nodiscard]] embedding at(slot x) const;

  /// The `k` best by inner product with `query` (as many components as the index has), out of `only` (null: all).
  [[nodiscard]] std::vector<scored_slot> search(std::span<const float> query, std::size_t k,
                                                const slot_set* only = nullptr) const;
  [[nodiscard]] bool has(slot at) const { return present_.contains(at); }
  /// Inner product with one slot; 0 for a slot without a vector.
  [[nodiscard]] float score(slot at, const wide_query& query) const;

  [[nodiscard]] std::size_t size() const { return present_.size(); }
  /// Vectors that should be in the graph and are not; 0 while exact scans serve all.
  [[nodiscard]] std::size_t backlog() const;
  /// Puts up to `at_most` more into the graph (about 0.3 ms each). Answers what is left.
  std::size_t extend_graph(std::size_t at_most);

private:
  struct graph;

  [[nodiscard]] const std::int8_t* row(slot at) const;
  void scan(const wide_query& query, slot from, const slot_set* only, best_slots& best) const;
  bool search_graph(std::span<const float> query, const wide_query& wide, std::size_t k, const slot_set* only,
                    best_slots& best) const;

  std::size_t dimensions_;
  vector_limits limits_;
  slot_set present_;
  std::vector<float> scales_;                          ///< by slot
  std::vector<std::unique_ptr<std::int8_t[]>> blocks_; ///< of `block_rows` rows; null while all of them are absent
  std::unique_ptr<graph> graph_;
  slot next_ = 0; ///< the first slot that is not in the graph
};

} // namespace troupe
