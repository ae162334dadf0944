#pragma once
/// A set of passage slots: which passages a search may answer with.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe {

/// Number of a passage within its shard, given in order and never used again.
using slot = std::uint32_t;

/// A passage and how well it matches; best first: higher score, then lower slot.
struct scored_slot {
  slot at = 0;
  float score = 0;
  bool operator==(const scored_slot&) const = default;
};

inline bool better(const scored_slot& a, const scored_slot& b) {
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
class best_slots {
public:
  explicit best_slots(std::size_t k) : k_(k) {}
  void offer(scored_slot x);
  /// What is kept, best first; empties it.
  std::vector<scored_slot> take();
  /// What a score must reach to be kept at all.
  [[nodiscard]] bool keeps(float score) const { return heap_.size() < k_ || score >= heap_.front().score; }

private:
  std::size_t k_;
  std::vector<scored_slot> heap_; ///< the worst in front
};

} // namespace troupe
