#include "storage/postgres/writer.hpp"

#include <algorithm>
#include <optional>

#include "storage/packing.hpp"
#include "storage/postgres/commit.hpp"
#include "storage/postgres/dead_letters.hpp"
#include "storage/postgres/ledger.hpp"
#include "storage/postgres/library.hpp"
#include "storage/postgres/schema.hpp"
#include "storage/queue_pace.hpp"
#include "storage/write_group.hpp"

namespace troupe::storage::postgres {

namespace {

using answers = std::vector<expected<write_answer>>;

/// A group that another node's stood in the way of is tried so often.
constexpr int most_tries = 5;
constexpr std::chrono::hours partitions_every{12};

class postgres_writer final : public writer {
public:
  postgres_writer(const address& to, std::shared_ptr<blob_store> blobs, std::uint32_t ledger_limit)
    : db_(to), blobs_(std::move(blobs)), ledger_limit_(ledger_limit) {}

  answers apply(std::span<const write_op> ops, std::vector<events_committed>& wakes) override {
    group_snapshots snapshots;
    auto stored = [this](const std::vector<document_id>& ids) { return stored_of(ids); };
    auto known = snapshots.examine(ops, *blobs_, stored);
    auto result = transact(ops, known, wakes);
    if (std::any_of(result.begin(), result.end(), [](auto& x) { return !x; }))
      snapshots.drop_unnamed(*blobs_, stored);
    return result;
  }

  void tend(bool idle) override {
    auto now = std::chrono::steady_clock::now();
    if (idle && now - partitions_at_ > partitions_every && make_partitions(db_))
      partitions_at_ = now;
  }

  expected<void> try_writing() override {
    return guarded([&]() -> expected<void> {
      db_.begin(connection::access::write);
      db_.run("update totals set value = value where name = 'documents'");
      db_.commit();
      return blobs_->try_writing();
    });
  }

private:
  /// All ops of a run in few statements, or each under a savepoint where one failed half-way.
  enum class care { when_needed, with_each };

  static expected<write_answer> failed(const error& x) { return tl::make_unexpected(x); }

  answers transact(std::span<const write_op> ops, const verdicts& known, std::vector<events_committed>& wakes) {
    auto how = care::when_needed;
    for (int tries = 1;; ++tries) {
      try {
        if (auto result = attempt(ops, known, how, wakes))
          return std::move(*result);
        how = care::with_each;
      } catch (const failure& x) {
        db_.rollback();
        auto again = x.how == failure::kind::passing || (x.how == failure::kind::cut_off && !committing_);
        if (x.how == failure::kind::of_the_op && how == care::when_needed)
          how = care::with_each;
        else if (!again || tries >= most_tries)
          return answers(ops.size(), failed(x.what_happened));
      } catch (const std::exception& x) {
        db_.rollback();
        return answers(ops.size(), failed({errc::internal, std::string{"the store failed: "} + x.what(),
                                           "Report this with the node's log."}));
      }
    }
  }

  /// The group in one transaction; nothing when it has to be done with more care. Throws `failure`.
  std::optional<answers> attempt(std::span<const write_op> ops, const verdicts& known, care how,
                                 std::vector<events_committed>& wakes) {
    committing_ = false;
    db_.begin(connection::access::write);
    group g{db_, turns_, ledger_limit_};
    answers result;
    for (std::size_t i = 0; i < ops.size();) {
      auto end = end_of_run(ops, known, how, i);
      if (known[i].code != errc::none)
        result.push_back(failed(known[i]));
      else if (how == care::with_each)
        result.push_back(alone(g, ops[i]));
      else if (!lightly(g, ops.subspan(i, end - i), result)) {
        db_.rollback();
        return std::nullopt;
      }
      i = end;
    }
    write_totals(g);
    committing_ = true; // from here on nobody knows
    db_.commit();
    turns_ = g.turns;
    keep_pace(g, ops);
    coalesce(g.wakes, wakes);
    return result;
  }

  /// Commits that follow each other go together.
  static std::size_t end_of_run(std::span<const write_op> ops, const verdicts& known, care how, std::size_t i) {
    auto end = i + 1;
    if (how == care::when_needed && known[i].code == errc::none && std::holds_alternative<commit_research>(ops[i]))
      while (end < ops.size() && known[end].code == errc::none && std::holds_alternative<commit_research>(ops[end]))
        ++end;
    return end;
  }

  /// A run without savepoints; false when one failed and had written something already.
  bool lightly(group& g, std::span<const write_op> run, answers& to) {
    auto before = g.here();
    auto written = db_.writes();
    if (std::holds_alternative<commit_research>(run[0])) {
      std::vector<const commit_research*> steps;
      for (const auto& op : run)
        steps.push_back(&std::get<commit_research>(op));
      auto done = commit_all(g, steps);
      if (done.half_done)
        return false;
      std::move(done.answers.begin(), done.answers.end(), std::back_inserter(to));
      return true;
    }
    to.push_back(one(g, run[0]));
    if (to.back())
      return true;
    g.back_to(before);
    return db_.writes() == written;
  }

  /// One op under a savepoint, so that it takes effect wholly or fails alone.
  expected<write_answer> alone(group& g, const write_op& op) {
    auto before = g.here();
    db_.run("savepoint op");
    auto answer = [&]() -> expected<write_answer> {
      try {
        return one(g, op);
      } catch (const failure& x) {
        if (x.how != failure::kind::of_the_op)
          throw;
        return tl::make_unexpected(x.what_happened);
      }
    }();
    if (!answer) {
      db_.run("rollback to savepoint op");
      g.back_to(before);
      g.numbering = false; // its lock went with what was written after the savepoint
    }
    db_.run("release savepoint op");
    return answer;
  }

  expected<write_answer> one(group& g, const write_op& op) {
    return std::visit([&](const auto& x) { return perform(g, x); }, op);
  }

  expected<write_answer> perform(group& g, const accept_research& x) {
    constexpr auto every = std::chrono::minutes{1};
    if (x.at - keys_forgotten_ > every || keys_forgotten_ > x.at) {
      forget_old_keys(db_, x.at);
      keys_forgotten_ = x.at;
    }
    return with_wait(accept(g, x), x.at);
  }
  expected<write_answer> perform(group& g, const claim_research& x) { return claim(g, x); }
  expected<write_answer> perform(group& g, const renew_leases& x) { return renew(g, x); }
  expected<write_answer> perform(group& g, const commit_research& x) {
    const auto* step = &x;
    return std::move(commit_all(g, {&step, 1}).answers.front());
  }
  expected<write_answer> perform(group& g, const cancel_research& x) { return cancel(g, x); }
  expected<write_answer> perform(group& g, const settle_dead_letter& x) { return with_wait(settle(g, x), x.at); }

  /// A refusal for want of room says when to come back.
  expected<write_answer> with_wait(expected<write_answer> answer, timestamp at) {
    if (!answer && answer.error().code == errc::overloaded && answer.error().retry_after_s == 0)
      answer.error().retry_after_s = static_cast<std::uint32_t>(pace_.wait(at, [&] { return running(at); }).count());
    return answer;
  }
  queue_pace::in_work running(timestamp at) {
    auto r = db_.run("select count(*), coalesce(min(started_at), 0) from ledger where state = 'running'");
    if (r.empty() || r.integer(0, 0) == 0)
      return {};
    return {r.as<std::uint32_t>(0, 0),
            std::chrono::duration_cast<std::chrono::milliseconds>(at - from_ns(r.integer(0, 1)))};
  }

  /// Last, as every node that adds documents waits for this row.
  void write_totals(const group& g) {
    if (g.documents != 0 || g.passages != 0)
      db_.run("update totals set value = value + case name when 'documents' then $1::bigint else $2::bigint end",
              g.documents, g.passages);
  }

  void keep_pace(group& g, std::span<const write_op> ops) {
    for (const auto& x : g.departures)
      pace_.left(x);
    if (auto at = newest(ops); g.counted() && at != timestamp{})
      pace_.waiting(g.queued() > 0, at);
  }

  expected<std::unordered_set<std::string>> stored_of(const std::vector<document_id>& ids) {
    return viewed(db_, [&]() -> expected<std::unordered_set<std::string>> {
      array keys;
      for (const auto& id : ids)
        keys.add(bytes_view{from_hex(id.value)});
      auto r = db_.run("select encode(id, 'hex') from documents where id = any($1::bytea[])", keys);
      std::unordered_set<std::string> result;
      for (std::size_t i = 0; i < r.size(); ++i)
        result.emplace(r.text(i, 0));
      return result;
    });
  }

  connection db_;
  std::shared_ptr<blob_store> blobs_;
  std::uint32_t ledger_limit_;
  queue_pace pace_;
  timestamp keys_forgotten_{};
  claim_turns turns_;
  bool committing_ = false;
  std::chrono::steady_clock::time_point partitions_at_ = std::chrono::steady_clock::now();
};

} // namespace

std::unique_ptr<writer> make_writer(const address& to, std::shared_ptr<blob_store> blobs, std::uint32_t ledger_limit) {
  return std::make_unique<postgres_writer>(to, std::move(blobs), ledger_limit);
}

} // namespace troupe::storage::postgres
