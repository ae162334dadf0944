#pragma once
#include <optional>
#include <span>
#include <vector>

#include "storage/postgres/connection.hpp"
#include "storage/rules.hpp"
#include "storage/store.hpp"
#include "storage/turn.hpp"

namespace troupe::storage::postgres {

/// One group of writes under way. Several nodes write at once: what is counted here was so when the group looked.
class group {
public:
  group(connection& c, claim_turns whose, std::uint32_t limit) : db(c), turns(whose), ledger_limit(limit) {}

  /// What an op may change here, for taking it back.
  struct mark {
    std::optional<std::int64_t> queued, held;
    std::size_t departures;
    std::int64_t documents, passages;
    std::size_t wakes;
    claim_turns turns;
  };
  [[nodiscard]] mark here() const {
    return {queued_, held_, departures.size(), documents, passages, wakes.size(), turns};
  }
  void back_to(const mark& x) {
    queued_ = x.queued;
    held_ = x.held;
    departures.resize(x.departures);
    documents = x.documents;
    passages = x.passages;
    wakes.resize(x.wakes);
    turns = x.turns;
  }

  /// Researches that wait for a slot, and those that wait for their time; each counted at most once a group.
  std::int64_t queued();
  [[nodiscard]] bool counted() const { return queued_.has_value(); }
  std::int64_t held();
  /// After the row was written: a count not yet made will see it.
  void joined_queue(std::int64_t count = 1) { add(queued_, count); }
  void joined_held() { add(held_, 1); }
  void left_queue(timestamp at) {
    departures.push_back(at);
    add(queued_, -1);
  }
  void left_held(std::int64_t count = 1) { add(held_, -count); }

  connection& db;
  std::vector<timestamp> departures; ///< when researches left the queue
  std::int64_t documents = 0;        ///< added by this group
  std::int64_t passages = 0;
  std::vector<events_committed> wakes;
  claim_turns turns;
  std::uint32_t ledger_limit;
  bool numbering = false; ///< holds the lock under which documents get their rows

private:
  static void add(std::optional<std::int64_t>& known, std::int64_t count) {
    if (known)
      *known += count;
  }
  std::optional<std::int64_t> queued_;
  std::optional<std::int64_t> held_;
};

/// Where a research stands; empty for an unknown id. The writer's locks the row until the group ends.
std::optional<standing> find_standing(connection& db, const research_id& id);
std::optional<standing> lock_standing(connection& db, const research_id& id);
/// The same of many, in the order of `ids`, locked in one order by all nodes.
std::vector<std::optional<standing>> lock_standings(connection& db, std::span<const research_id> ids);

/// Events of any number of researches on their way into the log.
class event_batch {
public:
  /// Raises `s.last_seq`, which the caller writes into the ledger with whatever else it changes there.
  void add(group& g, const research_id& id, standing& s, std::uint64_t epoch, std::span<const new_event> events);
  void insert(connection& db);

private:
  array research_, seq_, epoch_, at_, type_, data_;
};

/// A batch of one.
void append_events(group& g, const research_id& id, standing& s, std::uint64_t epoch,
                   std::span<const new_event> events);

/// Ends `s` as cancelled by whoever may: raises the epoch, appends `research.cancelled`.
void end_cancelled(group& g, const research_id& id, standing& s, timestamp at);

} // namespace troupe::storage::postgres
