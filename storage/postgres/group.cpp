#include "storage/postgres/group.hpp"

#include <unordered_map>

#include "protocols/json/event_json.hpp"

namespace troupe::storage::postgres {

namespace {

#define TROUPE_STANDING                                                                                                \
  "select row, state, lease_epoch, lease_owner, cancel_requested, created_at, started_at, last_seq, held, id "         \
  "from ledger "

standing read_standing(const rows& r, std::size_t i) {
  standing s;
  s.row = r.integer(i, 0);
  if (!from_string(std::string{r.text(i, 1)}, s.status))
    throw failure{failure::kind::lasting,
                  {errc::storage_failed,
                   "the ledger row of " + std::string{r.text(i, 9)} + " is in a state that nobody knows",
                   "Restore the database from a backup."}};
  s.epoch = r.as<std::uint64_t>(i, 2);
  s.owner = r.text(i, 3);
  s.cancel_requested = r.truth(i, 4);
  s.created_at = r.integer(i, 5);
  s.started_at = r.integer(i, 6);
  s.last_seq = r.as<std::uint64_t>(i, 7);
  s.held = r.truth(i, 8);
  return s;
}

std::optional<standing> first(const rows& r) { return r.empty() ? std::nullopt : std::optional{read_standing(r, 0)}; }

std::int64_t count_once(std::optional<std::int64_t>& known, connection& db, sql_text sql) {
  if (!known)
    known = db.number(0, sql);
  return *known;
}

} // namespace

std::int64_t group::queued() {
  return count_once(queued_, db, "select count(*) from ledger where state = 'queued' and not held");
}
std::int64_t group::held() {
  return count_once(held_, db, "select count(*) from ledger where state = 'queued' and held");
}

std::optional<standing> find_standing(connection& db, const research_id& id) {
  return first(db.run(TROUPE_STANDING "where id = $1", id.value));
}

std::optional<standing> lock_standing(connection& db, const research_id& id) {
  return first(db.run(TROUPE_STANDING "where id = $1 for update", id.value));
}

std::vector<std::optional<standing>> lock_standings(connection& db, std::span<const research_id> ids) {
  array names;
  for (const auto& id : ids)
    names.add(id.value);
  auto r = db.run(TROUPE_STANDING "where id = any($1::text[]) order by id for update", names);
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < r.size(); ++i)
    places.emplace(r.text(i, 9), i);
  std::vector<std::optional<standing>> result;
  for (const auto& id : ids) {
    auto place = places.find(id.value);
    result.push_back(place == places.end() ? std::nullopt : std::optional{read_standing(r, place->second)});
  }
  return result;
}

void event_batch::add(group& g, const research_id& id, standing& s, std::uint64_t epoch,
                      std::span<const new_event> events) {
  if (events.empty())
    return;
  for (const auto& x : events) {
    research_.add(s.row);
    seq_.add(++s.last_seq);
    epoch_.add(epoch);
    at_.add(to_ns(x.at));
    type_.add(x.type);
    data_.add(x.data);
  }
  g.wakes.push_back({id, event_seq{s.last_seq}, is_final_event(events.back().type)});
}

void event_batch::insert(connection& db) {
  if (!research_.empty())
    db.run("insert into events (research, seq, epoch, at, type, data) select * from unnest("
           "$1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])",
           research_, seq_, epoch_, at_, type_, data_);
}

void append_events(group& g, const research_id& id, standing& s, std::uint64_t epoch,
                   std::span<const new_event> events) {
  event_batch batch;
  batch.add(g, id, s, epoch, events);
  batch.insert(g.db);
}

void end_cancelled(group& g, const research_id& id, standing& s, timestamp at) {
  auto ended = cancelled_event(s, at);
  append_events(g, id, s, ++s.epoch, {&ended, 1});
  g.db.run("update ledger set state = 'cancelled', phase = 'ended', lease_epoch = $1::bigint, lease_until = 0, "
           "finished_at = $2::bigint, cancel_requested = true, last_seq = $3::bigint where row = $4::bigint",
           s.epoch, to_ns(at), s.last_seq, s.row);
  if (s.status == research_status::queued && s.held)
    g.left_held();
  else if (s.status == research_status::queued)
    g.left_queue(at);
  s.status = research_status::cancelled;
}

} // namespace troupe::storage::postgres
