#pragma once
/// The passages that hold a term: slots, frequencies and positions, compressed, with bounds by block.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "actors/index/slot_set.hpp"

namespace troupe {

class snapshot_reader;
class snapshot_writer;

/// Bytes that are only ever appended. Small when empty, since most terms are rare, and grows by a quarter.
class byte_tail {
public:
  void push(std::uint8_t x) {
    if (size_ == capacity_)
      grow(size_ + 1);
    bytes_[size_++] = x;
  }
  void push_number(std::uint32_t x) {
    for (; x >= 0x80; x >>= 7U)
      push(static_cast<std::uint8_t>(x | 0x80U));
    push(static_cast<std::uint8_t>(x));
  }
  void append(std::span<const std::uint8_t> bytes);
  [[nodiscard]] std::span<const std::uint8_t> all() const { return {bytes_.get(), size_}; }
  [[nodiscard]] std::uint32_t size() const { return size_; }

private:
  void grow(std::uint32_t least);
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

/// Postings in slot order, in blocks of 128. A block says what its best posting could weigh, so that a search can pass
/// over it (Ding and Suel, "Faster Top-k Document Retrieval Using Block-Max Indexes", 2011). Dead postings stay until
/// `without_dead`. One thread at a time.
class posting_list {
public:
  static constexpr std::uint32_t block_size = 128;

  /// Of a block: its last slot, its ends in both streams, the highest frequency (65,535: that or more) and the shortest
  /// passage in it.
  struct block {
    slot last = 0;
    std::uint32_t bytes_end = 0;
    std::uint32_t positions_end = 0;
    std::uint16_t most = 0;
    std::uint16_t shortest = 0xffff;
  };

  class cursor;

  /// `at` must be above every slot added before; `positions` ascending, at least one; `length` of the passage in terms.
  void append(slot at, std::span<const std::uint32_t> positions, std::uint32_t length);
  /// One of the passages is gone.
  void bury() {
    if (dead_ < count_)
      ++dead_;
  }
  /// Postings, dead ones included, and those of passages that live.
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::uint32_t alive() const { return count_ - dead_; }
  /// A copy without the postings of passages whose length, by slot, is 0.
  [[nodiscard]] posting_list without_dead(std::span<const std::uint32_t> lengths) const;

  void save(snapshot_writer& out) const;
  static posting_list load(snapshot_reader& in);

private:
  [[nodiscard]] std::size_t full_blocks() const { return full_ ? full_->size() : 0; }
  [[nodiscard]] const block& nth(std::size_t i) const { return i < full_blocks() ? (*full_)[i] : open_; }

  byte_tail bytes_;                          ///< delta of the slot · 2 + (frequency is 1); else the frequency
  byte_tail positions_;                      ///< as many as the frequency says: the first, then deltas
  std::unique_ptr<std::vector<block>> full_; ///< null while there is none, as for most terms
  block open_;                               ///< the last
  std::uint32_t count_ = 0;
  std::uint32_t dead_ = 0;
};

/// Walks forward only. Valid until the list changes.
class posting_list::cursor {
public:
  explicit cursor(const posting_list& list);
  [[nodiscard]] bool ended() const { return index_ == list_->count_; }
  /// Where it stands, unless it has ended: the passage and how often the term is in it.
  [[nodiscard]] slot at() const { return at_; }
  [[nodiscard]] std::uint32_t frequency() const { return frequency_; }
  void next() {
    unread_ += frequency_;
    if (++index_ < list_->count_)
      read();
  }
  /// To the first posting at `target` or behind it.
  void seek(slot target);
  /// Positions of the term in the passage it stands at, ascending. At most once for each.
  void positions(std::vector<std::uint32_t>& out);
  /// Calls `f` with the blocks that may hold slots of [from, before), of a list that holds any. Neither may fall from
  /// call to call.
  template <class F>
  void each_block(slot from, slot before, F&& f) {
    const auto open = list_->full_blocks();
    while (window_ < open && list_->nth(window_).last < from)
      ++window_;
    for (auto i = window_; i <= open && (i == 0 || list_->nth(i - 1).last + 1 < before); ++i)
      f(list_->nth(i));
  }

private:
  void read();
  void enter(std::size_t block);

  const posting_list* list_;
  const std::uint8_t* bytes_;
  const std::uint8_t* positions_;
  std::uint32_t index_ = 0; ///< of the posting it stands at
  std::uint32_t frequency_ = 0;
  std::uint32_t unread_ = 0; ///< positions between `positions_` and those of the posting it stands at
  slot at_ = 0;
  std::size_t window_ = 0; ///< first block of the last `each_block`
};

} // namespace troupe
