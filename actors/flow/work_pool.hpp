#pragma once
/// A pool of workers as a plain state machine: who may submit, who gets what, what is tried again, what is given up
/// (DESIGN section 4). Time is given; nothing here sends anything, and the work itself stays with the owner.
///
/// The owner tells it what happened, then calls `step` and carries out what that says. Each item ends exactly once: by
/// `finished` or `failed` answering so, or in `work_step::ended`.

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/flow/fair_share.hpp"
#include "protocols/error.hpp"

namespace troupe {

using work_clock = std::chrono::steady_clock;
/// Names an item in its pool; chosen by `submit`.
using item_id = std::uint64_t;
/// Names a worker; a restarted one keeps its number.
using worker_number = std::uint32_t;

struct work_pool_limits {
  std::size_t queue = 256;                     ///< items that came without a grant and wait; one more is `overloaded`
  std::uint64_t queue_bytes = 64u << 20;       ///< of those
  std::uint64_t bytes_in_hand = 64u << 20;     ///< granted, waiting and leased; beyond it nothing is granted
  std::uint32_t leases = 2;                    ///< of one worker: what it works on and what it finds when that is done
  std::uint64_t lease_bytes = 8u << 20;        ///< of one worker's leases; a larger item goes alone
  std::uint32_t attempts = 3;                  ///< of an item before it is poison
  std::chrono::milliseconds lease{20000};      ///< a worker that takes longer for one item is lost until it answers
  std::chrono::milliseconds grant{5000};       ///< what is granted and neither submitted nor returned lapses
  std::chrono::milliseconds aged_after{10000}; ///< what has waited longer takes every tenth turn
  std::size_t sources = 10000;                 ///< with something on offer; offers of one more are not heard
};

struct work_item {
  std::string source; ///< who submits it; empty for nobody in particular
  std::string token;  ///< for `cancel`
  priority_class priority = priority_class::standard;
  std::uint64_t bytes = 0;
  work_clock::time_point expires;
  std::chrono::milliseconds lease{0}; ///< its own, when not the pool's
};

/// Do this item now. `attempt` tells its leases apart.
struct work_lease {
  item_id item = 0;
  std::uint32_t attempt = 0;
  worker_number worker = 0;
};

struct work_grant {
  std::string source;
  std::uint32_t items = 0;
};

struct ended_item {
  item_id item = 0;
  error why;
};

/// What to do, in this order.
struct work_step {
  std::vector<item_id> revoked;  ///< whose lease counts no more: what their workers do now is for nothing
  std::vector<ended_item> ended; ///< answer these
  std::vector<work_lease> leases;
  std::vector<work_grant> grants; ///< at most one a source
};

/// The pool's errors speak of "it": the same with the thing's name.
error named(error why, const std::string& subject);

class work_pool {
public:
  explicit work_pool(work_pool_limits limits = {})
    : limits_(limits), granting_(limits.aged_after), leasing_(limits.aged_after) {}

  // -- sources
  /// What waits at a source now, in place of what it said before. `returned`: granted pieces that won't come.
  void offer(const std::string& source, priority_class priority, std::uint32_t items, std::uint64_t bytes,
             std::uint32_t returned, work_clock::time_point now);
  /// One granted piece goes elsewhere.
  void give_back(const std::string& source);
  /// Its grants are free again, its items are `cancelled`.
  void source_left(const std::string& source);
  /// An item, under a grant of its source if there is one. `deadline_exceeded`; `overloaded` without a grant when the
  /// queue is full.
  expected<item_id> submit(work_item x, work_clock::time_point now);
  /// Items of this token, waiting or leased, are `cancelled`.
  void cancel(const std::string& token);

  // -- workers
  /// `credit`: pieces that may be granted, waiting or leased on its account.
  void worker_joined(worker_number worker, std::uint32_t credit);
  /// It ended: the item it worked on has had an attempt, the others it had have not. None has when it was told to end.
  void worker_left(worker_number worker, const error& why, bool as_told = false);
  /// It answered: true when the item ends with this answer, false when nobody waits for it.
  bool finished(worker_number worker, item_id item, std::uint32_t attempt, work_clock::time_point now);
  /// It failed in a way that another attempt may not: the item waits again, or is poison.
  void failed(worker_number worker, item_id item, std::uint32_t attempt, const error& why, work_clock::time_point now);

  /// Ends what is over, then leases and grants what there is room for. The result is valid until the next call.
  const work_step& step(work_clock::time_point now);
  /// Deadlines, leases and grants that ran out; every 100 ms is often enough.
  void sweep(work_clock::time_point now);

  [[nodiscard]] std::size_t waiting() const noexcept;
  [[nodiscard]] std::size_t granted() const noexcept { return granted_; }
  [[nodiscard]] std::size_t busy_workers() const;
  [[nodiscard]] std::size_t lost_workers() const;
  [[nodiscard]] std::size_t sources() const noexcept { return sources_.size(); }
  [[nodiscard]] std::size_t items() const noexcept { return items_.size(); }
  [[nodiscard]] std::uint64_t bytes_in_hand() const noexcept { return bytes_; }
  /// Whether time alone can change nothing.
  [[nodiscard]] bool idle() const noexcept { return items_.empty() && granted_ == 0 && in_hands_ == 0; }

private:
  struct grant {
    std::uint32_t items = 0;
    std::uint64_t bytes = 0; ///< of one
    work_clock::time_point until;
  };
  struct source {
    priority_class priority = priority_class::standard;
    std::uint32_t items = 0;
    std::uint64_t bytes = 0;
    std::deque<grant> grants;
    bool queued = false; ///< stands in one of `offers_`
  };
  struct offer_turn {
    std::string source;
    work_clock::time_point since;
  };
  struct item {
    work_item what;
    work_clock::time_point since;
    std::uint32_t attempt = 0; ///< leases so far
    std::uint32_t failures = 0;
    bool granted = false;
    bool leased = false;
    worker_number worker = 0; ///< of the last lease
  };
  /// A lease as its worker sees it; not `live` when the item ended or went elsewhere meanwhile.
  struct held_lease {
    item_id item = 0;
    std::uint32_t attempt = 0;
    std::uint64_t bytes = 0;
    std::chrono::milliseconds time{0};
    bool live = true;
  };
  struct worker_entry {
    std::uint32_t credit = 0;
    bool lost = false;
    std::deque<held_lease> hand; ///< in the order of work
    std::uint64_t bytes = 0;
    work_clock::time_point until; ///< for the first in hand
  };
  using item_map = std::unordered_map<item_id, item>;

  bool use_grant(source& x);
  void free_grants(source& x, std::uint32_t items);
  void end(item_map::iterator x, error why);
  void forget(item_map::iterator x);
  void again(item_id id, const error& why, bool attempted);
  void empty_hand(worker_entry& x, const error& why, bool attempted);
  std::optional<held_lease> put_down(worker_number number, item_id id, std::uint32_t attempt,
                                     work_clock::time_point now);
  template <class F>
  void end_where(F judge);
  worker_entry* room_for(const item& x, worker_number& number);
  void lease_some(work_clock::time_point now);
  void grant_some(work_clock::time_point now);
  bool grant_one(std::size_t chosen, work_clock::time_point now);
  void queue_offer(const std::string& name, source& x, work_clock::time_point since);
  [[nodiscard]] std::size_t capacity() const;
  [[nodiscard]] fair_share::heads item_heads() const;
  fair_share::heads offer_heads();

  work_pool_limits limits_;
  std::map<std::string, source, std::less<>> sources_;
  std::array<std::deque<offer_turn>, priority_classes> offers_; ///< sources in turn, each once at most
  item_map items_;
  std::array<std::deque<item_id>, priority_classes> waiting_;
  std::map<worker_number, worker_entry> workers_;
  fair_share granting_;
  fair_share leasing_;
  item_id last_item_ = 0;
  std::size_t granted_ = 0;   ///< pieces granted and not yet submitted
  std::size_t ungranted_ = 0; ///< items that came without a grant and wait
  std::uint64_t ungranted_bytes_ = 0;
  std::size_t in_hands_ = 0; ///< leases that their workers still have
  std::uint64_t bytes_ = 0;  ///< granted, and of all items
  work_step made_;           ///< since the last step
  work_step told_;
};

} // namespace troupe
