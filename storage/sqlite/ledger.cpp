#include "storage/sqlite/ledger.hpp"

#include "protocols/json/event_json.hpp"
#include "protocols/json/research_json.hpp"
#include "storage/failure.hpp"
#include "storage/sqlite/dead_letters.hpp"
#include "storage/sqlite/rows.hpp"

namespace troupe::storage::sqlite {

namespace {

constexpr std::string_view nobody; ///< the one tenant, until keys bring others
constexpr std::int64_t key_life_ns = std::int64_t{24} * 3600 * 1'000'000'000;
/// Bytes of a request beyond which it stands apart from its row, so that progress does not write it again and again.
constexpr std::size_t longest_in_row = 2000;
constexpr std::uint32_t most_slots = 1000;       ///< of one claim
constexpr std::uint32_t most_due = 10'000;       ///< put into the queue by one claim; as many as it holds by default
constexpr std::int64_t longest_told = 24 * 3600; ///< seconds to wait for the first that is due
constexpr std::uint32_t most_cancelled = 256;    ///< ended by one claim; the next claim goes on

/// The answer that this key has earned already within its 24 h, if any.
std::optional<expected<write_answer>> earlier(connection& db, const accept_research& x) {
  if (x.idempotency_key.empty())
    return std::nullopt;
  auto c = db.query("select digest, research from idempotency where tenant = ? and key = ? and at > ?", nobody,
                    x.idempotency_key, to_ns(x.at) - key_life_ns);
  if (!c.next())
    return std::nullopt;
  if (c.text(0) != x.request_digest)
    return expected<write_answer>{fail(errc::idempotency_mismatch, "this Idempotency-Key was used with another body",
                                       "Send the same body again, or use a new key.")};
  auto row = row_of(db, c.integer(1));
  if (!row)
    return expected<write_answer>{tl::make_unexpected(row.error())};
  return done(accepted_research{std::move(*row), true});
}

} // namespace

expected<research_row> row_of(connection& db, std::int64_t row) {
  auto c = db.query(TROUPE_SELECT_ROW "where l.row = ?", row);
  if (!c.next())
    throw failure{0, {errc::storage_failed, "a ledger row has no request", start_afresh}};
  return read_row(c);
}

namespace {

/// Why one more can't wait. What waits for its time is bounded apart: it takes no place from what could run now, and
/// gets a place when the first of it is due.
std::optional<error> no_room(group& g, bool held, timestamp at, std::uint32_t ledger_limit) {
  if ((held ? g.held() : g.queued()) < static_cast<std::int64_t>(ledger_limit))
    return std::nullopt;
  if (!held)
    return full_queue(ledger_limit);
  auto due = from_ns(g.db.number(0, "select not_before from ledger indexed by ledger_held where state = 'queued' and "
                                    "held = 1 order by not_before limit 1"));
  auto left = std::chrono::ceil<std::chrono::seconds>(due - at).count();
  return full_of_held(ledger_limit, static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 1, longest_told)));
}

} // namespace

expected<write_answer> accept(group& g, const accept_research& x, std::uint32_t ledger_limit) {
  auto unusable = [&] {
    return fail(errc::conflict, "the research id '" + x.id.value + "' can't be used", "Make a new one.");
  };
  if (auto before = earlier(g.db, x))
    return std::move(*before);
  if (x.known_only)
    return fail(errc::not_found, "nothing was accepted under this Idempotency-Key", "Send it to another node.");
  const auto held = x.request.not_before > x.at;
  if (auto full = no_room(g, held, x.at, ledger_limit))
    return tl::make_unexpected(std::move(*full));
  if (x.id.value.empty())
    return unusable();
  const auto body = encode_request(x.request);
  const auto apart = body.size() > longest_in_row;
  g.db.run("insert into ledger (id, tenant, priority, created_at, not_before, held, last_seq, granted, body) "
           "values (?, ?, ?, ?, ?, ?, 1, ?, ?) "
           "on conflict (id) do nothing",
           x.id.value, nobody, static_cast<int>(x.request.priority), to_ns(x.at),
           x.request.not_before == timestamp{} ? 0 : to_ns(x.request.not_before), held, encode_grant(x.granted),
           apart ? std::string_view{} : std::string_view{body});
  if (g.db.changes() == 0)
    return unusable();
  standing s;
  s.row = g.db.inserted_row();
  if (apart)
    g.db.run("insert into requests (research, body) values (?, ?)", s.row, body);
  auto queued = make_event(x.at, events::research_queued{x.request.question, x.request.priority});
  append_events(g, x.id, s, 0, {&queued, 1});
  if (held)
    g.wakes.pop_back(); // no work yet, and nobody can follow it yet
  if (!x.idempotency_key.empty())
    g.db.run("insert or replace into idempotency (tenant, key, digest, research, at) values (?, ?, ?, ?, ?)", nobody,
             x.idempotency_key, x.request_digest, s.row, to_ns(x.at));
  if (held)
    g.joined_held();
  else
    g.joined_queue();
  accepted_research answer;
  answer.row.id = x.id;
  answer.row.request = x.request;
  answer.row.created_at = x.at;
  answer.row.failure.code = errc::none;
  answer.row.granted = x.granted;
  return done(std::move(answer));
}

namespace {

/// Expired leases of researches that somebody cancelled: nobody runs them, so the claimer ends them.
void end_abandoned(group& g, const claim_research& x) {
  std::vector<research_id> ids;
  {
    auto c = g.db.query("select id from ledger indexed by ledger_leases where state = 'running' and lease_until <= ? "
                        "and cancel_requested = 1 "
                        "limit ?",
                        to_ns(x.at), most_cancelled);
    while (c.next())
      ids.emplace_back(std::string{c.text(0)});
  }
  for (const auto& id : ids)
    if (auto s = find_standing(g.db, id))
      end_cancelled(g, id, *s, x.at);
}

/// Puts into the queue what is due by now.
void queue_due(group& g, std::int64_t now) {
  if (g.held() == 0)
    return;
  g.db.run("update ledger set held = 0 where row in (select row from ledger indexed by ledger_held "
           "where state = 'queued' and held = 1 and not_before <= ? order by not_before limit ?)",
           now, most_due);
  auto due = g.db.changes();
  g.left_held(due);
  g.joined_queue(due);
}

/// The first of one class that may run, by age, at most `slots`. The indexes are named: left alone, SQLite goes by the
/// state and sorts all that wait, for every claim.
std::vector<candidate> waiting(connection& db, priority_class of, std::int64_t now, std::int64_t since,
                               std::uint32_t slots) {
  std::vector<candidate> found;
  auto c = db.query("select row, state, id from ("
                    " select * from (select row, state, created_at, id from ledger indexed by ledger_queue"
                    "  where state = 'queued' and held = 0 and priority = ?4 and created_at >= ?3 and not_before <= ?2"
                    "  order by created_at, id limit ?1)"
                    " union all"
                    " select * from (select row, state, created_at, id from ledger indexed by ledger_leases"
                    "  where state = 'running' and priority = ?4 and created_at >= ?3 and lease_until <= ?2"
                    "  and cancel_requested = 0 order by created_at, id limit ?1)"
                    ") order by created_at, id limit ?1",
                    slots, now, since, static_cast<int>(of));
  while (c.next())
    found.push_back({c.integer(0), c.text(1) == "queued", research_id{std::string{c.text(2)}}});
  return found;
}

/// The next `slots` to run: the classes take turns, the oldest of each goes first.
std::vector<candidate> candidates(group& g, std::int64_t now, std::int64_t since, std::uint32_t slots) {
  std::array<std::vector<candidate>, priority_classes> lists;
  for (std::size_t i = 0; i < priority_classes; ++i)
    lists[i] = waiting(g.db, static_cast<priority_class>(i), now, since, slots);
  return in_turns(std::move(lists), g.turns, slots);
}

/// A row that can't be read back must not stand in the way of the others.
void end_unreadable(group& g, const research_id& id, timestamp at, const error& why) {
  auto s = find_standing(g.db, id);
  if (!s)
    return;
  auto ended = make_event(at, events::research_failed{why});
  append_events(g, id, *s, s->epoch, {&ended, 1});
  g.db.run("update ledger set state = 'failed', phase = 'ended', lease_until = 0, finished_at = ?, error_code = ?, "
           "error_message = ?, error_advice = ?, last_seq = ? where row = ?",
           to_ns(at), to_string(why.code), why.message, why.advice, s->last_seq, s->row);
}

} // namespace

namespace {

/// Whether the attempt that was last claimed left more in the log than that it began.
bool got_somewhere(connection& db, std::int64_t row) {
  return db.number(0,
                   "select exists (select 1 from events e join ledger l on l.row = e.research where e.research = ? and "
                   "e.seq > l.claimed_seq and e.type not in ('research.queued', 'research.started', "
                   "'research.resumed', 'plan.ready', 'source.found', 'progress'))",
                   row)
         != 0;
}

/// An attempt ended with its process, or with its session. Crashes in a row without any progress between them are this
/// research's own doing: `true` when it is not to be tried again.
bool crashed(group& g, std::int64_t row) {
  if (got_somewhere(g.db, row)) {
    g.db.run("update ledger set crashes = 0 where row = ?", row);
    return false;
  }
  g.db.run("update ledger set crashes = crashes + 1 where row = ?", row);
  return g.db.number(0, "select crashes from ledger where row = ?", row) >= most_crashes;
}

/// Sets aside what has ended whoever ran it: failed, with a dead letter.
void quarantine(group& g, const research_id& id, standing& s, timestamp at) {
  auto why = quarantine_reason();
  auto ended = make_event(at, events::research_failed{why});
  append_events(g, id, s, ++s.epoch, {&ended, 1});
  auto attempts = g.db.number(0, "select attempt from ledger where row = ?", s.row);
  bury(
    g.db, s.row,
    {"d_" + make_research_id(at).value.substr(2), "research", id, {}, static_cast<std::uint32_t>(attempts), why, at});
  g.db.run("update ledger set state = 'failed', phase = 'ended', lease_epoch = ?, lease_until = 0, finished_at = ?, "
           "error_code = ?, error_message = ?, error_advice = ?, last_seq = ? where row = ?",
           s.epoch, to_ns(at), to_string(why.code), why.message, why.advice, s.last_seq, s.row);
  s.status = research_status::failed;
}

} // namespace

expected<write_answer> claim(group& g, const claim_research& x) {
  end_abandoned(g, x);
  claimed_research answer;
  auto now = to_ns(x.at);
  queue_due(g, now);
  auto until = now + std::chrono::nanoseconds{x.lease}.count();
  for (const auto& next : candidates(g, now, to_ns(x.accepted_since), std::min(x.slots, most_slots))) {
    if (!next.queued && crashed(g, next.row)) {
      if (auto s = find_standing(g.db, next.id))
        quarantine(g, next.id, *s, x.at);
      continue;
    }
    g.db.run("update ledger set state = 'running', attempt = attempt + 1, lease_epoch = lease_epoch + 1, "
             "lease_owner = ?1, lease_until = ?2, started_at = iif(started_at = 0, ?3, started_at), "
             "claimed_seq = last_seq where row = ?4",
             x.node.value, until, now, next.row);
    if (next.queued)
      g.left_queue(x.at);
    if (auto row = row_of(g.db, next.row))
      answer.rows.push_back(std::move(*row));
    else
      end_unreadable(g, next.id, x.at, row.error());
  }
  answer.backlog = static_cast<std::uint32_t>(g.queued());
  return done(std::move(answer));
}

namespace {

/// Hands a lease back: to the queue, or to its end when somebody cancelled it meanwhile or it crashed too often.
void release(group& g, const held_lease& held, standing& s, timestamp at) {
  const auto& id = held.research;
  if (s.cancel_requested)
    return end_cancelled(g, id, s, at);
  if (held.crashed && crashed(g, s.row))
    return quarantine(g, id, s, at);
  if (!held.crashed && got_somewhere(g.db, s.row)) // before it is claimed again, which moves the mark
    g.db.run("update ledger set crashes = 0 where row = ?", s.row);
  g.db.run("update ledger set state = 'queued', lease_owner = '', lease_until = 0 where row = ?", s.row);
  g.joined_queue();
  g.wakes.push_back({id, event_seq{s.last_seq}, false}); // there is work again
}

} // namespace

expected<write_answer> renew(group& g, const renew_leases& x) {
  lease_report answer;
  auto until = to_ns(x.at) + std::chrono::nanoseconds{x.lease}.count();
  for (const auto& held : x.leases) {
    auto s = find_standing(g.db, held.research);
    if (!s || s->status != research_status::running || s->epoch != held.epoch.value || s->owner != x.node.value) {
      answer.lost.push_back(held.research);
      continue;
    }
    if (s->cancel_requested)
      answer.cancelled.push_back(held.research);
    if (x.release)
      release(g, held, *s, x.at);
    else
      g.db.run("update ledger set lease_until = ? where row = ?", until, s->row);
  }
  return done(std::move(answer));
}

expected<write_answer> cancel(group& g, const cancel_research& x) {
  auto s = find_standing(g.db, x.research);
  if (!s)
    return no_such_research(x.research);
  // Nobody runs what is queued, nor what has outlived its lease: its end waits for no claim.
  auto idle = g.db.number(0, "select lease_until <= ? from ledger where row = ?", to_ns(x.at), s->row) != 0;
  if (s->status == research_status::queued || (s->status == research_status::running && idle)) {
    end_cancelled(g, x.research, *s, x.at);
  } else if (s->status == research_status::running && !s->cancel_requested) {
    g.db.run("update ledger set cancel_requested = 1 where row = ?", s->row);
    g.wakes.push_back({x.research, event_seq{s->last_seq}, false, true}); // for whoever runs it
  }
  auto row = row_of(g.db, s->row);
  if (!row)
    return tl::make_unexpected(row.error());
  return done(std::move(*row));
}

void forget_old_keys(connection& db, timestamp now) {
  db.run(
    "delete from idempotency where (tenant, key) in (select tenant, key from idempotency where at <= ? limit 1000)",
    to_ns(now) - key_life_ns);
}

} // namespace troupe::storage::sqlite
