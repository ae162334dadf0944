#pragma once
/// What waits for the writer: events before pages, in bounded groups. No CAF in here; `Ticket` is whatever the owner
/// answers with.

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace troupe {

struct write_limits {
  std::size_t waiting_ops = 8192;                    ///< then `overloaded`
  std::size_t waiting_bytes = std::size_t{64} << 20; ///< of page texts; then `overloaded`
  std::size_t small_group = 1024;                    ///< ops of one transaction without pages
  std::size_t bulk_pages = 64; ///< of one transaction with pages: about 10 ms of SQL, at some 0.15 ms a page
  std::size_t bulk_bytes = std::size_t{4} << 20;
};

/// One op that waits.
template <class Ticket>
struct waiting_write {
  storage::write_op op;
  Ticket ticket;
  std::chrono::steady_clock::time_point since;
};

template <class Ticket>
class write_lanes {
public:
  using entry = waiting_write<Ticket>;

  explicit write_lanes(write_limits limits = {}) : limits_(limits) {}

  /// Whether there is room for `op`; the refusal otherwise.
  [[nodiscard]] expected<void> room_for(const storage::write_op& op) const {
    if (size() < limits_.waiting_ops && (bytes_ == 0 || bytes_ + bytes_of(op) <= limits_.waiting_bytes))
      return {};
    return fail(errc::overloaded, "too many writes wait for the store", "Try again in a moment.");
  }

  /// Only after `room_for` said yes. A commit with pages, and what the same research commits behind it, goes to the
  /// bulk lane: one research's commits never overtake each other.
  void add(storage::write_op op, Ticket ticket, std::chrono::steady_clock::time_point now) {
    bytes_ += bytes_of(op);
    const auto* commit = std::get_if<commit_research>(&op);
    if (commit == nullptr || (commit->pages.empty() && !in_bulk_.contains(commit->research.value))) {
      small_.push_back({std::move(op), std::move(ticket), now});
      return;
    }
    ++in_bulk_[commit->research.value];
    bulk_.push_back({std::move(op), std::move(ticket), now});
  }

  /// The next transaction without pages: all of them that wait, within the limit.
  std::vector<entry> take_small() {
    std::vector<entry> group;
    while (!small_.empty() && group.size() < limits_.small_group)
      move_front(small_, group);
    return group;
  }

  /// The next transaction with pages: at least one op if any waits.
  std::vector<entry> take_bulk() {
    std::vector<entry> group;
    std::size_t pages = 0;
    std::size_t bytes = 0;
    while (!bulk_.empty()) {
      const auto& next = std::get<commit_research>(bulk_.front().op);
      pages += next.pages.size();
      bytes += bytes_of(bulk_.front().op);
      if (!group.empty() && (pages > limits_.bulk_pages || bytes > limits_.bulk_bytes))
        break;
      auto known = in_bulk_.find(next.research.value);
      if (--known->second == 0)
        in_bulk_.erase(known);
      move_front(bulk_, group);
    }
    return group;
  }

  [[nodiscard]] std::size_t size() const { return small_.size() + bulk_.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }

  static std::size_t bytes_of(const storage::write_op& op) {
    std::size_t sum = 0;
    if (const auto* x = std::get_if<commit_research>(&op))
      for (const auto& page : x->pages)
        sum += page.content.text.size();
    return sum;
  }

private:
  void move_front(std::deque<entry>& from, std::vector<entry>& to) {
    bytes_ -= bytes_of(from.front().op);
    to.push_back(std::move(from.front()));
    from.pop_front();
  }

  write_limits limits_;
  std::deque<entry> small_;
  std::deque<entry> bulk_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, std::size_t> in_bulk_; ///< researches with ops in the bulk lane, and how many
};

} // namespace troupe
