#include "storage/sqlite/writer.hpp"

#include <algorithm>
#include <sqlite3.h>

#include "storage/queue_pace.hpp"
#include "storage/sqlite/commit.hpp"
#include "storage/sqlite/dead_letters.hpp"
#include "storage/sqlite/ledger.hpp"
#include "storage/sqlite/library.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/write_group.hpp"

namespace troupe::storage::sqlite {

namespace {

using answers = std::vector<expected<write_answer>>;

/// Log frames of 4 KiB from which a pause is used for a checkpoint, and from which one is not waited for.
constexpr int checkpoint_in_pause = 1000;
constexpr int checkpoint_anyway = 4000;

/// What a single op may fail with while its neighbours go on. Anything else (disk, memory, lock) fails the group.
bool is_the_ops_own(int code) {
  return code == 0 || code == SQLITE_CONSTRAINT || code == SQLITE_TOOBIG || code == SQLITE_MISMATCH;
}

class sqlite_writer final : public writer {
public:
  sqlite_writer(std::unique_ptr<connection> db, std::shared_ptr<blob_store> blobs, std::uint32_t ledger_limit)
    : db_(std::move(db)), blobs_(std::move(blobs)), ledger_limit_(ledger_limit) {}

  answers apply(std::span<const write_op> ops, std::vector<events_committed>& wakes) override {
    group_snapshots snapshots;
    auto stored = [this](const std::vector<document_id>& ids) { return stored_of(ids); };
    auto known = snapshots.examine(ops, *blobs_, stored);
    auto result = transact(ops, known, care::when_needed, wakes);
    if (!result)
      result = transact(ops, known, care::with_each, wakes);
    if (std::any_of(result->begin(), result->end(), [](auto& x) { return !x; }))
      snapshots.drop_unnamed(*blobs_, stored);
    return std::move(*result);
  }

  void tend(bool idle) override {
    if (db_->wal_frames() >= (idle ? checkpoint_in_pause : checkpoint_anyway))
      db_->checkpoint();
  }

  expected<void> try_writing() override {
    if (auto room = blobs_->try_writing(); !room)
      return room;
    auto done = guarded([&]() -> expected<void> {
      db_->run("begin immediate");
      // There and back: SQLite writes no page that is the same as before.
      db_->run("update totals set value = value + 1 where name = 'documents'");
      db_->run("update totals set value = value - 1 where name = 'documents'");
      db_->run("commit");
      return {};
    });
    if (!done)
      db_->rollback();
    return done;
  }

private:
  /// A savepoint makes SQLite keep a copy of each page an op changes, and hardly an op fails half-way: a group goes
  /// without them, and when one did fail half-way, from the start with them.
  enum class care { when_needed, with_each };

  /// The group in one transaction; nothing when it has to be done with more care.
  std::optional<answers> transact(std::span<const write_op> ops, const verdicts& known, care how,
                                  std::vector<events_committed>& wakes) {
    answers result;
    std::optional<group> g;
    auto half_done = false;
    auto done = guarded([&]() -> expected<void> {
      db_->run("begin immediate");
      g.emplace(*db_, still_counted(), turns_);
      for (std::size_t i = 0; i < ops.size() && !half_done; ++i) {
        if (known[i].code != errc::none)
          result.push_back(failed(known[i]));
        else if (how == care::with_each)
          result.push_back(apply_alone(*g, ops[i]));
        else
          half_done = !apply_lightly(*g, ops[i], result);
      }
      if (half_done)
        return {};
      write_totals(*g);
      db_->run("commit");
      return {};
    });
    if (half_done || !done) {
      db_->rollback();
      counts_ = {};
    }
    if (half_done)
      return std::nullopt;
    if (!done)
      return answers(ops.size(), failed(done.error()));
    counts_ = g->counts();
    turns_ = g->turns;
    keep_pace(*g, ops);
    coalesce(g->wakes, wakes);
    return result;
  }

  static expected<write_answer> failed(const error& x) { return tl::make_unexpected(x); }

  /// The last group's counts, unless another connection has written since (`troupe db`, a restored backup).
  queue_counts still_counted() {
    auto version = db_->number(0, "pragma data_version");
    if (version != data_version_)
      counts_ = {};
    data_version_ = version;
    return counts_;
  }

  void keep_pace(const group& g, std::span<const write_op> ops) {
    for (const auto& x : g.departures)
      pace_.left(x);
    if (auto at = newest(ops); counts_.queued && at != timestamp{})
      pace_.waiting(*counts_.queued > 0, at);
  }

  expected<std::unordered_set<std::string>> stored_of(const std::vector<document_id>& ids) {
    return guarded([&]() -> expected<std::unordered_set<std::string>> {
      std::unordered_set<std::string> result;
      for (const auto& id : ids)
        if (is_stored(*db_, id))
          result.insert(id.value);
      return result;
    });
  }

  /// One op under a savepoint, so that it takes effect wholly or fails alone. Throws when the group can't go on.
  expected<write_answer> apply_alone(group& g, const write_op& op) {
    auto before = g.here();
    db_->run("savepoint op");
    auto answer = attempt(g, op);
    if (!answer) {
      db_->run("rollback to op");
      g.back_to(before);
    }
    db_->run("release op");
    return answer;
  }

  /// One op without a savepoint; false when it failed and had written something already.
  bool apply_lightly(group& g, const write_op& op, answers& to) {
    auto before = g.here();
    auto written = db_->total_changes();
    to.push_back(attempt(g, op));
    if (to.back())
      return true;
    g.back_to(before);
    return db_->total_changes() == written;
  }

  expected<write_answer> attempt(group& g, const write_op& op) {
    try {
      return std::visit([&](const auto& x) { return perform(g, x); }, op);
    } catch (const failure& x) {
      if (!is_the_ops_own(x.code) || !db_->in_transaction())
        throw;
      return tl::make_unexpected(x.what_happened);
    }
  }

  expected<write_answer> perform(group& g, const accept_research& x) {
    constexpr auto every = std::chrono::minutes{1};
    if (x.at - keys_forgotten_ > every || keys_forgotten_ > x.at) {
      forget_old_keys(*db_, x.at);
      keys_forgotten_ = x.at;
    }
    return with_wait(accept(g, x, ledger_limit_), x.at);
  }
  expected<write_answer> perform(group& g, const claim_research& x) { return claim(g, x); }
  expected<write_answer> perform(group& g, const renew_leases& x) { return renew(g, x); }
  expected<write_answer> perform(group& g, const commit_research& x) { return commit(g, x); }
  expected<write_answer> perform(group& g, const cancel_research& x) { return cancel(g, x); }
  expected<write_answer> perform(group& g, const settle_dead_letter& x) {
    return with_wait(settle(g, x, ledger_limit_), x.at);
  }

  /// A refusal for want of room says when to come back.
  expected<write_answer> with_wait(expected<write_answer> answer, timestamp at) {
    if (!answer && answer.error().code == errc::overloaded && answer.error().retry_after_s == 0)
      answer.error().retry_after_s = static_cast<std::uint32_t>(pace_.wait(at, [&] { return running(at); }).count());
    return answer;
  }
  queue_pace::in_work running(timestamp at) {
    auto c = db_->query("select count(*), coalesce(min(started_at), 0) from ledger where state = 'running'");
    if (!c.next() || c.integer(0) == 0)
      return {};
    return {c.as<std::uint32_t>(0), std::chrono::duration_cast<std::chrono::milliseconds>(at - from_ns(c.integer(1)))};
  }

  void write_totals(const group& g) {
    if (g.documents != 0)
      db_->run("update totals set value = value + ? where name = 'documents'", g.documents);
    if (g.passages != 0)
      db_->run("update totals set value = value + ? where name = 'passages'", g.passages);
  }

  std::unique_ptr<connection> db_;
  std::shared_ptr<blob_store> blobs_;
  std::uint32_t ledger_limit_;
  queue_pace pace_;
  timestamp keys_forgotten_{};
  queue_counts counts_;
  claim_turns turns_;
  std::int64_t data_version_ = 0;
};

} // namespace

std::unique_ptr<writer> make_writer(std::unique_ptr<connection> db, std::shared_ptr<blob_store> blobs,
                                    std::uint32_t ledger_limit) {
  return std::make_unique<sqlite_writer>(std::move(db), std::move(blobs), ledger_limit);
}

} // namespace troupe::storage::sqlite
