#include "storage/sqlite/group.hpp"

#include "protocols/json/event_json.hpp"
#include "storage/failure.hpp"
#include "storage/sqlite/rows.hpp"

namespace troupe::storage::sqlite {

std::optional<standing> find_standing(connection& db, const research_id& id) {
  auto c = db.query("select row, state, lease_epoch, lease_owner, cancel_requested, created_at, started_at, last_seq, "
                    "held from ledger where id = ?",
                    id.value);
  if (!c.next())
    return std::nullopt;
  standing s;
  s.row = c.integer(0);
  if (!from_string(std::string{c.text(1)}, s.status))
    throw failure{
      0, {errc::storage_failed, "the ledger row of " + id.value + " is in a state that nobody knows", start_afresh}};
  s.epoch = c.as<std::uint64_t>(2);
  s.owner = c.text(3);
  s.cancel_requested = c.integer(4) != 0;
  s.created_at = c.integer(5);
  s.started_at = c.integer(6);
  s.last_seq = c.as<std::uint64_t>(7);
  s.held = c.integer(8) != 0;
  return s;
}

void append_events(group& g, const research_id& id, standing& s, std::uint64_t epoch,
                   std::span<const new_event> events) {
  if (events.empty())
    return;
  for (const auto& x : events)
    g.db.run("insert into events (research, seq, epoch, at, type, data) values (?, ?, ?, ?, ?, ?)", s.row, ++s.last_seq,
             epoch, to_ns(x.at), x.type, x.data);
  g.wakes.push_back({id, event_seq{s.last_seq}, is_final_event(events.back().type)});
}

void end_cancelled(group& g, const research_id& id, standing& s, timestamp at) {
  auto ended = cancelled_event(s, at);
  append_events(g, id, s, ++s.epoch, {&ended, 1});
  g.db.run("update ledger set state = 'cancelled', phase = 'ended', lease_epoch = ?, lease_until = 0, finished_at = ?, "
           "cancel_requested = 1, last_seq = ? where row = ?",
           s.epoch, to_ns(at), s.last_seq, s.row);
  if (s.status == research_status::queued && s.held)
    g.left_held();
  else if (s.status == research_status::queued)
    g.left_queue(at);
  s.status = research_status::cancelled;
}

} // namespace troupe::storage::sqlite
