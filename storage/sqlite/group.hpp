#pragma once
#include <optional>
#include <vector>

#include "storage/rules.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/store.hpp"
#include "storage/turn.hpp"

namespace troupe::storage::sqlite {

/// From their own indexes: the states' leaves out what waits. Held is what waits for its `not_before`.
#define TROUPE_COUNT_QUEUED "select count(*) from ledger indexed by ledger_queue where state = 'queued' and held = 0"
#define TROUPE_COUNT_HELD "select count(*) from ledger indexed by ledger_held where state = 'queued' and held = 1"

/// How many researches wait, as far as they have been counted.
struct queue_counts {
  std::optional<std::int64_t> queued;
  std::optional<std::int64_t> held;
};

/// One group of writes under way: its counts, kept apart from SQL so that a failed op's share can be taken back.
class group {
public:
  /// `known`: the last group's counts, if they still hold. `whose`: where the last group's claims left the turns of the
  /// classes.
  group(connection& c, queue_counts known, claim_turns whose) : db(c), turns(whose), counts_(known) {}

  /// What an op may change here, for taking it back.
  struct mark {
    queue_counts counts;
    std::size_t departures;
    std::int64_t documents;
    std::int64_t passages;
    std::size_t wakes;
    claim_turns turns;
  };
  [[nodiscard]] mark here() const { return {counts_, departures.size(), documents, passages, wakes.size(), turns}; }
  void back_to(const mark& x) {
    counts_ = x.counts;
    departures.resize(x.departures);
    documents = x.documents;
    passages = x.passages;
    wakes.resize(x.wakes);
    turns = x.turns;
  }

  /// Researches that wait for a slot, and those that wait for their time; each counted at most once.
  std::int64_t queued() { return counted(counts_.queued, TROUPE_COUNT_QUEUED); }
  std::int64_t held() { return counted(counts_.held, TROUPE_COUNT_HELD); }
  [[nodiscard]] queue_counts counts() const { return counts_; }
  /// After the row was written: a count not yet made will see it.
  void joined_queue(std::int64_t count = 1) { add(counts_.queued, count); }
  void joined_held() { add(counts_.held, 1); }
  void left_queue(timestamp at) {
    departures.push_back(at);
    add(counts_.queued, -1);
  }
  void left_held(std::int64_t count = 1) { add(counts_.held, -count); }

  connection& db;
  std::vector<timestamp> departures; ///< when researches left the queue
  std::int64_t documents = 0;        ///< added by this group
  std::int64_t passages = 0;
  std::vector<events_committed> wakes;
  claim_turns turns;

private:
  std::int64_t counted(std::optional<std::int64_t>& known, sql_text sql) {
    if (!known)
      known = db.number(0, sql);
    return *known;
  }
  static void add(std::optional<std::int64_t>& known, std::int64_t count) {
    if (known)
      *known += count;
  }

  queue_counts counts_;
};

/// Where a research stands; empty for an unknown id.
std::optional<standing> find_standing(connection& db, const research_id& id);

/// Appends `events` under `epoch` and wakes their readers; raises `s.last_seq`, which the caller writes into the ledger
/// with whatever else it changes there: one update a research.
void append_events(group& g, const research_id& id, standing& s, std::uint64_t epoch,
                   std::span<const new_event> events);

/// Ends `s` as cancelled by whoever may: raises the epoch, appends `research.cancelled`.
void end_cancelled(group& g, const research_id& id, standing& s, timestamp at);

} // namespace troupe::storage::sqlite
