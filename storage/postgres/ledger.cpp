#include "storage/postgres/ledger.hpp"

#include <array>

#include "protocols/json/event_json.hpp"
#include "protocols/json/research_json.hpp"
#include "storage/postgres/dead_letters.hpp"
#include "storage/postgres/rows.hpp"

namespace troupe::storage::postgres {

namespace {

constexpr std::string_view nobody; ///< the one tenant, until keys bring others
constexpr std::int64_t key_life_ns = std::int64_t{24} * 3600 * 1'000'000'000;
constexpr std::uint32_t most_slots = 1000;       ///< of one claim
constexpr std::uint32_t most_due = 10'000;       ///< put into the queue by one claim; as many as it holds by default
constexpr std::int64_t longest_told = 24 * 3600; ///< seconds to wait for the first that is due
constexpr std::uint32_t most_cancelled = 256;    ///< ended by one claim; the next claim goes on

// -- accepting --------------------------------------------------------------------------------------------------------

/// The answer that this key has earned already within its 24 h, if any. Whoever else asks under it waits for this
/// group.
std::optional<expected<write_answer>> earlier(connection& db, const accept_research& x) {
  if (x.idempotency_key.empty())
    return std::nullopt;
  db.run("select pg_advisory_xact_lock(hashtextextended($1, 1))", x.idempotency_key);
  auto r = db.run("select digest, research from idempotency where tenant = $1 and key = $2 and at > $3::bigint", nobody,
                  x.idempotency_key, to_ns(x.at) - key_life_ns);
  if (r.empty())
    return std::nullopt;
  if (r.text(0, 0) != x.request_digest)
    return expected<write_answer>{fail(errc::idempotency_mismatch, "this Idempotency-Key was used with another body",
                                       "Send the same body again, or use a new key.")};
  auto row = row_of(db, r.integer(0, 1));
  if (!row)
    return expected<write_answer>{tl::make_unexpected(row.error())};
  return done(accepted_research{std::move(*row), true});
}

/// Why one more can't wait. What waits for its time is bounded apart.
std::optional<error> no_room(group& g, bool held, timestamp at) {
  if ((held ? g.held() : g.queued()) < static_cast<std::int64_t>(g.ledger_limit))
    return std::nullopt;
  if (!held)
    return full_queue(g.ledger_limit);
  auto due = from_ns(g.db.number(0, "select min(not_before) from ledger where state = 'queued' and held"));
  auto left = std::chrono::ceil<std::chrono::seconds>(due - at).count();
  return full_of_held(g.ledger_limit, static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 1, longest_told)));
}

} // namespace

expected<write_answer> accept(group& g, const accept_research& x) {
  auto unusable = [&] {
    return fail(errc::conflict, "the research id '" + x.id.value + "' can't be used", "Make a new one.");
  };
  if (auto before = earlier(g.db, x))
    return std::move(*before);
  if (x.known_only)
    return fail(errc::not_found, "nothing was accepted under this Idempotency-Key", "Send it to another node.");
  const auto held = x.request.not_before > x.at;
  if (auto full = no_room(g, held, x.at))
    return tl::make_unexpected(std::move(*full));
  if (x.id.value.empty())
    return unusable();
  auto queued = make_event(x.at, events::research_queued{x.request.question, x.request.priority});
  auto r = g.db.run(
    "with fresh as ("
    " insert into ledger (id, tenant, priority, created_at, not_before, held, last_seq, granted, body)"
    " values ($1, $2, $3::integer, $4::bigint, $5::bigint, $6::boolean, 1, $7, $8)"
    " on conflict (id) do nothing returning row"
    "), opened as ("
    " insert into events (research, seq, epoch, at, type, data) select row, 1, 0, $9::bigint, $10, $11 from fresh"
    "), kept as ("
    " insert into idempotency (tenant, key, digest, research, at) select $2, $12, $13, row, $4::bigint from fresh"
    " where $12 <> '' on conflict (tenant, key) do update"
    " set digest = excluded.digest, research = excluded.research, at = excluded.at"
    ") select row from fresh",
    x.id.value, nobody, static_cast<int>(x.request.priority), to_ns(x.at),
    x.request.not_before == timestamp{} ? 0 : to_ns(x.request.not_before), held, encode_grant(x.granted),
    encode_request(x.request), to_ns(queued.at), queued.type, queued.data, x.idempotency_key, x.request_digest);
  if (r.empty())
    return unusable();
  if (held) {
    g.joined_held(); // no work yet, and nobody can follow it yet
  } else {
    g.wakes.push_back({x.id, event_seq{1}, false});
    g.joined_queue();
  }
  accepted_research answer;
  answer.row.id = x.id;
  answer.row.request = x.request;
  answer.row.created_at = x.at;
  answer.row.failure.code = errc::none;
  answer.row.granted = x.granted;
  return done(std::move(answer));
}

// -- claiming ---------------------------------------------------------------------------------------------------------

namespace {

/// Expired leases of researches that somebody cancelled: nobody runs them, so the claimer ends them.
void end_abandoned(group& g, const claim_research& x) {
  auto r = g.db.run("select id from ledger where state = 'running' and lease_until <= $1::bigint and cancel_requested "
                    "limit $2::bigint for update skip locked",
                    to_ns(x.at), most_cancelled);
  for (std::size_t i = 0; i < r.size(); ++i) {
    research_id id{std::string{r.text(i, 0)}};
    if (auto s = lock_standing(g.db, id))
      end_cancelled(g, id, *s, x.at);
  }
}

/// Puts into the queue what is due by now.
void queue_due(group& g, std::int64_t now) {
  auto due = g.db
               .run("update ledger set held = false where row in (select row from ledger where state = 'queued' and "
                    "held and not_before <= $1::bigint order by not_before limit $2::bigint for update skip locked)",
                    now, most_due)
               .affected();
  g.left_held(due);
  g.joined_queue(due);
}

/// The first of each class that may run, by age, at most `slots` of each; what another node is claiming is passed over.
std::array<std::vector<candidate>, priority_classes> waiting(connection& db, std::int64_t now, std::int64_t since,
                                                             std::uint32_t slots) {
  std::array<std::vector<candidate>, priority_classes> found;
  auto r =
    db.run("select class, row, state, id from generate_series(0, $4::integer - 1) class cross join lateral ("
           " select * from (select row, state, created_at, id from ledger where state = 'queued' and not held"
           "  and priority = class and created_at >= $3::bigint and not_before <= $2::bigint"
           "  order by created_at, id limit $1::bigint for update skip locked) fresh"
           " union all"
           " select * from (select row, state, created_at, id from ledger where state = 'running' and priority = class"
           "  and created_at >= $3::bigint and lease_until <= $2::bigint and not cancel_requested"
           "  order by created_at, id limit $1::bigint for update skip locked) expired"
           ") waits order by class, created_at, id",
           slots, now, since, priority_classes);
  for (std::size_t i = 0; i < r.size(); ++i) {
    auto& list = found[r.as<std::size_t>(i, 0)];
    if (list.size() < slots)
      list.push_back({r.integer(i, 1), r.text(i, 2) == "queued", research_id{std::string{r.text(i, 3)}}});
  }
  return found;
}

/// A row that can't be read back must not stand in the way of the others.
void end_unreadable(group& g, const research_id& id, timestamp at, const error& why) {
  auto s = lock_standing(g.db, id);
  if (!s)
    return;
  auto ended = make_event(at, events::research_failed{why});
  append_events(g, id, *s, s->epoch, {&ended, 1});
  g.db.run("update ledger set state = 'failed', phase = 'ended', lease_until = 0, finished_at = $1::bigint, "
           "error_code = $2, error_message = $3, error_advice = $4, last_seq = $5::bigint where row = $6::bigint",
           to_ns(at), to_string(why.code), why.message, why.advice, s->last_seq, s->row);
}

/// Whether the attempt that was last claimed left more in the log than that it began.
bool got_somewhere(connection& db, std::int64_t row) {
  return db.number(0,
                   "select count(*) from (select 1 from events e join ledger l on l.row = e.research "
                   "where e.research = $1::bigint and e.seq > l.claimed_seq and e.type not in ('research.queued', "
                   "'research.started', 'research.resumed', 'plan.ready', 'source.found', 'progress') limit 1) further",
                   row)
         != 0;
}

/// An attempt ended with its process, or with its session. Crashes in a row without any progress between them are this
/// research's own doing: `true` when it is not to be tried again.
bool crashed(group& g, std::int64_t row) {
  if (got_somewhere(g.db, row)) {
    g.db.run("update ledger set crashes = 0 where row = $1::bigint", row);
    return false;
  }
  return g.db.number(0, "update ledger set crashes = crashes + 1 where row = $1::bigint returning crashes", row)
         >= most_crashes;
}

/// Sets aside what has ended whoever ran it: failed, with a dead letter.
void quarantine(group& g, const research_id& id, standing& s, timestamp at) {
  auto why = quarantine_reason();
  auto ended = make_event(at, events::research_failed{why});
  append_events(g, id, s, ++s.epoch, {&ended, 1});
  auto attempts = g.db.number(0,
                              "update ledger set state = 'failed', phase = 'ended', lease_epoch = $1::bigint, "
                              "lease_until = 0, finished_at = $2::bigint, error_code = $3, error_message = $4, "
                              "error_advice = $5, last_seq = $6::bigint where row = $7::bigint returning attempt",
                              s.epoch, to_ns(at), to_string(why.code), why.message, why.advice, s.last_seq, s.row);
  bury(
    g.db, s.row,
    {"d_" + make_research_id(at).value.substr(2), "research", id, {}, static_cast<std::uint32_t>(attempts), why, at});
  s.status = research_status::failed;
}

/// Gives the rows to `node`; what they hold then, in their order.
void take(group& g, const claim_research& x, const std::vector<candidate>& chosen, claimed_research& to) {
  array numbers;
  for (const auto& next : chosen)
    numbers.add(next.row);
  auto until = to_ns(x.at) + std::chrono::nanoseconds{x.lease}.count();
  auto r = g.db.run(
    "with taken as (update ledger l set state = 'running', attempt = attempt + 1, lease_epoch = lease_epoch + 1,"
    " lease_owner = $1, lease_until = $2::bigint, started_at = case started_at when 0 then $3::bigint else started_at"
    " end, claimed_seq = last_seq from unnest($4::bigint[]) with ordinality wanted(row, place)"
    " where l.row = wanted.row returning place, " TROUPE_ROW ") select " TROUPE_ROW " from taken l order by place",
    x.node.value, until, to_ns(x.at), numbers);
  for (std::size_t i = 0; i < r.size(); ++i) {
    if (chosen[i].queued)
      g.left_queue(x.at);
    if (auto row = read_row(r, i))
      to.rows.push_back(std::move(*row));
    else
      end_unreadable(g, chosen[i].id, x.at, row.error());
  }
}

} // namespace

expected<write_answer> claim(group& g, const claim_research& x) {
  end_abandoned(g, x);
  claimed_research answer;
  auto now = to_ns(x.at);
  queue_due(g, now);
  auto slots = std::min(x.slots, most_slots);
  auto chosen = slots == 0 ? std::vector<candidate>{}
                           : in_turns(waiting(g.db, now, to_ns(x.accepted_since), slots), g.turns, slots);
  std::erase_if(chosen, [&](const candidate& next) {
    if (next.queued || !crashed(g, next.row))
      return false;
    if (auto s = lock_standing(g.db, next.id))
      quarantine(g, next.id, *s, x.at);
    return true;
  });
  if (!chosen.empty())
    take(g, x, chosen, answer);
  answer.backlog = static_cast<std::uint32_t>(g.queued());
  return done(std::move(answer));
}

// -- leases -----------------------------------------------------------------------------------------------------------

namespace {

/// Hands a lease back: to the queue, or to its end when somebody cancelled it meanwhile or it crashed too often.
void release(group& g, const held_lease& held, standing& s, timestamp at) {
  const auto& id = held.research;
  if (s.cancel_requested)
    return end_cancelled(g, id, s, at);
  if (held.crashed && crashed(g, s.row))
    return quarantine(g, id, s, at);
  if (!held.crashed && got_somewhere(g.db, s.row)) // before it is claimed again, which moves the mark
    g.db.run("update ledger set crashes = 0 where row = $1::bigint", s.row);
  g.db.run("update ledger set state = 'queued', lease_owner = '', lease_until = 0 where row = $1::bigint", s.row);
  g.joined_queue();
  g.wakes.push_back({id, event_seq{s.last_seq}, false}); // there is work again
}

bool holds(const std::optional<standing>& s, const held_lease& held, const node_id& node) {
  return s && s->status == research_status::running && s->epoch == held.epoch.value && s->owner == node.value;
}

} // namespace

expected<write_answer> renew(group& g, const renew_leases& x) {
  lease_report answer;
  std::vector<research_id> ids;
  for (const auto& held : x.leases)
    ids.push_back(held.research);
  auto standings = lock_standings(g.db, ids);
  array kept;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (x.release) // one named twice is no longer held the second time
      standings[i] = lock_standing(g.db, ids[i]);
    if (!holds(standings[i], x.leases[i], x.node)) {
      answer.lost.push_back(ids[i]);
      continue;
    }
    if (standings[i]->cancel_requested)
      answer.cancelled.push_back(ids[i]);
    if (x.release)
      release(g, x.leases[i], *standings[i], x.at);
    else
      kept.add(standings[i]->row);
  }
  if (!kept.empty())
    g.db.run("update ledger set lease_until = $1::bigint where row = any($2::bigint[])",
             to_ns(x.at) + std::chrono::nanoseconds{x.lease}.count(), kept);
  return done(std::move(answer));
}

expected<write_answer> cancel(group& g, const cancel_research& x) {
  auto s = lock_standing(g.db, x.research);
  if (!s)
    return no_such_research(x.research);
  // Nobody runs what is queued, nor what has outlived its lease: its end waits for no claim.
  auto idle = g.db.number(0, "select count(*) from ledger where row = $1::bigint and lease_until <= $2::bigint", s->row,
                          to_ns(x.at))
              != 0;
  if (s->status == research_status::queued || (s->status == research_status::running && idle)) {
    end_cancelled(g, x.research, *s, x.at);
  } else if (s->status == research_status::running && !s->cancel_requested) {
    g.db.run("update ledger set cancel_requested = true where row = $1::bigint", s->row);
    g.wakes.push_back({x.research, event_seq{s->last_seq}, false, true}); // for whoever runs it
  }
  auto row = row_of(g.db, s->row);
  if (!row)
    return tl::make_unexpected(row.error());
  return done(std::move(*row));
}

void forget_old_keys(connection& db, timestamp now) {
  db.run("delete from idempotency where (tenant, key) in (select tenant, key from idempotency where at <= $1::bigint "
         "limit 1000 for update skip locked)",
         to_ns(now) - key_life_ns);
}

} // namespace troupe::storage::postgres
