#pragma once
#include <optional>
#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/store.hpp"
#include "storage/turn.hpp"

namespace troupe::storage::sqlite {

/// From the queue's own two indexes: the states' leaves out what waits.
#define TROUPE_COUNT_QUEUED                                                                                            \
  "select (select count(*) from ledger indexed by ledger_queue where state = 'queued' and held = 0) "                  \
  "+ (select count(*) from ledger indexed by ledger_held where state = 'queued' and held = 1)"

/// One group of writes under way: its counts, kept apart from SQL so that a failed op's share can be taken back.
class group {
public:
  /// `queued`: how many researches wait, if the last group's count still holds. `whose`: where the last group's claims
  /// left the turns of the classes.
  group(connection& c, std::optional<std::int64_t> queued, claim_turns whose) : db(c), turns(whose), queued_(queued) {}

  /// What an op may change here, for taking it back.
  struct mark {
    std::optional<std::int64_t> queued;
    std::size_t departures;
    std::int64_t documents;
    std::int64_t passages;
    std::size_t wakes;
    claim_turns turns;
  };
  [[nodiscard]] mark here() const { return {queued_, departures.size(), documents, passages, wakes.size(), turns}; }
  void back_to(const mark& x) {
    queued_ = x.queued;
    departures.resize(x.departures);
    documents = x.documents;
    passages = x.passages;
    wakes.resize(x.wakes);
    turns = x.turns;
  }

  /// Researches that wait; counted at most once.
  std::int64_t queued() {
    if (!queued_)
      queued_ = db.number(0, TROUPE_COUNT_QUEUED);
    return *queued_;
  }
  [[nodiscard]] std::optional<std::int64_t> known_queued() const { return queued_; }
  /// After the row was written: a count not yet made will see it.
  void joined_queue() {
    if (queued_)
      ++*queued_;
  }
  void left_queue(timestamp at) {
    departures.push_back(at);
    if (queued_)
      --*queued_;
  }

  connection& db;
  std::vector<timestamp> departures; ///< when researches left the queue
  std::int64_t documents = 0;        ///< added by this group
  std::int64_t passages = 0;
  std::vector<events_committed> wakes;
  claim_turns turns;

private:
  std::optional<std::int64_t> queued_;
};

/// An op that took effect. Built in place: GCC 12 warns of variants that pass through a temporary.
template <class Answer>
expected<write_answer> done(Answer&& x) {
  return expected<write_answer>{tl::in_place, std::forward<Answer>(x)};
}

/// A research as the write side needs it.
struct standing {
  std::int64_t row = 0;
  research_status status = research_status::queued;
  std::uint64_t epoch = 0;
  std::string owner;
  bool cancel_requested = false;
  std::int64_t created_at = 0;
  std::int64_t started_at = 0;
  std::uint64_t last_seq = 0;
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
