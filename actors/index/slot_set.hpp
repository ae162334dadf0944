#pragma once
/// A set of passage slots: which passages a search may answer with.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe {

/// Number of a passage within its shard, given in order and never used again.
using slot = std::uint32_t;

/// A passage and how well it matches; best first: higher score, then lower slot.
template <class Score>
struct rated_slot {
  slot at = 0;
  Score score = 0;
  bool operator==(const rated_slot&) const = default;
};
using scored_slot = rated_slot<float>;

template <class Score>
bool better(const rated_slot<Score>& a, const rated_slot<Score>& b) {
  return a.score != b.score ? a.score > b.score : a.at < b.at;
}

/// One bit a slot.
class slot_set {
public:
  void insert(slot first, std::size_t count = 1) {
    if (auto words = (first + count + 63) / 64; words > words_.size())
      words_.resize(words);
    for (std::size_t i = first; i < first + count; ++i)
      set(i, true);
  }
  void erase(slot first, std::size_t count = 1) {
    for (std::size_t i = first; i < first + count && i / 64 < words_.size(); ++i)
      set(i, false);
  }
  [[nodiscard]] bool contains(slot x) const { return x / 64 < words_.size() && (words_[x / 64] >> (x % 64) & 1U) != 0; }
  /// Whether it holds any of `count` slots from `first` on, both multiples of 64.
  [[nodiscard]] bool any(slot first, std::size_t count) const {
    auto end = std::min<std::size_t>((first + count) / 64, words_.size());
    for (std::size_t w = first / 64; w < end; ++w)
      if (words_[w] != 0)
        return true;
    return false;
  }
  /// Takes out what `other` does not hold.
  void intersect(const slot_set& other) {
    words_.resize(std::min(words_.size(), other.words_.size()));
    size_ = 0;
    for (std::size_t w = 0; w < words_.size(); ++w)
      size_ += static_cast<std::size_t>(std::popcount(words_[w] &= other.words_[w]));
  }
  /// How many slots it holds.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `f` with each slot from `from` on, ascending.
  template <class F>
  void each_from(slot from, F&& f) const {
    for (std::size_t w = from / 64; w < words_.size(); ++w) {
      auto bits = words_[w];
      if (w == from / 64)
        bits &= ~std::uint64_t{0} << (from % 64);
      for (; bits != 0; bits &= bits - 1)
        f(static_cast<slot>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
    }
  }

private:
  void set(std::size_t i, bool on) {
    auto mask = std::uint64_t{1} << (i % 64);
    auto was = (words_[i / 64] & mask) != 0;
    if (was == on)
      return;
    words_[i / 64] ^= mask;
    size_ = on ? size_ + 1 : size_ - 1;
  }

  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

/// Keeps the `k` best of what it is offered. Bounded by `k`.
template <class Score>
class best_of {
public:
  explicit best_of(std::size_t k) : k_(k) {}
  void offer(rated_slot<Score> x);
  /// What is kept, best first; empties it.
  std::vector<rated_slot<Score>> take();
  /// Whether a slot of that score may be kept.
  [[nodiscard]] bool keeps(Score score) const { return heap_.size() < k_ || score >= heap_.front().score; }
  /// The same for one above all that were offered, to which a tie is lost.
  template <class Wide>
  [[nodiscard]] bool keeps_later(Wide score) const {
    return heap_.size() < k_ || score > heap_.front().score;
  }

private:
  std::size_t k_;
  std::vector<rated_slot<Score>> heap_; ///< the worst in front
};
using best_slots = best_of<float>;
extern template class best_of<float>;
extern template class best_of<std::uint32_t>;

} // namespace troupe
