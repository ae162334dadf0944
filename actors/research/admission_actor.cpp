//   event log ──hint──► admission ──claim_research──► writer        rows come back
//                         │  ▲ └────renew_leases────► writer        lost and cancelled come back
//            add_child    ▼  │ alive, leaving, ended
//   research supervisor ─► session/<id> ◄── tick, cancel, fence
#include <algorithm>

#include "actors/research/admission_state.hpp"
#include "protocols/new_work.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using poll_atom = caf::atom_constant<caf::atom("poll")>;
using renew_atom = caf::atom_constant<caf::atom("renew")>;
using claim_atom = caf::atom_constant<caf::atom("claim")>;
using look_atom = caf::atom_constant<caf::atom("look")>;
using overdue_atom = caf::atom_constant<caf::atom("overdue")>;

constexpr std::chrono::milliseconds pause_after_stop{200};

} // namespace

// -- claiming -------------------------------------------------------------------------------------------------------
std::uint32_t admission_state::room() const {
  auto all = static_cast<std::uint32_t>(sessions.size());
  auto staying = std::max(all - leaving, all / 2); // should the last commits hang, no more than twice the slots
  return staying < options.slots ? options.slots - staying : 0;
}

/// One question for all the slots that are free.
void admission_state::claim() {
  if (room() > 0)
    ask_ledger();
}

/// Also with no slot free: the backlog is told.
void admission_state::ask_ledger() {
  auto now = self->clock().now();
  if (claiming || draining || now < paused_until)
    return;
  // Leases run by the wall clock. After a pause of the process or a step of that clock ours may look expired, and we
  // would take our own researches away from their sessions.
  if (leases_in_doubt(now)) {
    claim_wanted = true;
    return renew();
  }
  claiming = true;
  more = false;
  claim_research ask;
  ask.node = options.node;
  ask.slots = room();
  ask.lease = options.lease;
  ask.at = options.wall();
  ask.until = {now + store_within};
  ask.accepted_since = options.accepted_since;
  if (sessions.empty())
    leases_good(now);
  self->request(handles.writer, store_within, std::move(ask))
    .then([this](const claimed_research& x) { claimed(x); },
          [this](const caf::error&) { // the next poll tries again
            claiming = false;
            quiet();
          });
}

void admission_state::claimed(const claimed_research& x) {
  claiming = false;
  claimed_at = self->clock().now();
  backlog = x.backlog;
  for (auto& row : x.rows) {
    if (draining) // asked for before: nobody is to think that it crashed here
      hand_back(row.id.value, row.epoch);
    else
      start(row);
  }
  tell();
  quiet();
  auto told_meanwhile = more;
  more = more || x.backlog > 0;
  if (told_meanwhile)
    gather();
}

/// Somebody accepted a research.
void admission_state::hinted() {
  more = true;
  if (self->clock().now() - claimed_at < options.claim_gap)
    gather();
  else
    claim();
}

void admission_state::gather() {
  if (!std::exchange(gathering, true))
    self->delayed_send(self, options.claim_gap, claim_atom::value);
}

/// Slots got free. Short researches end by the hundred: one claim for half of the slots costs as much as for one.
void admission_state::freed() {
  if (!more)
    return;
  if (2 * room() >= options.slots)
    return claim();
  gather();
}

void admission_state::start(const research_row& row) {
  auto id = row.id.value;
  sessions[id] = {row.epoch, nullptr, self->clock().now(), row.cancel_requested};
  claimed_session session{row, options.node, options.session, address(), started_so_far++};
  child_spec spec;
  spec.name = "session/" + id;
  spec.restart = restart_when::temporary;
  spec.added_again = true; // what an operator stops goes back to the ledger, and comes from there with a new epoch
  spec.start = [handles = handles, session](const child_context& ctx) { return spawn_session(ctx, handles, session); };
  starts.ask<caf::actor>(
    supervisor, self->clock().now() + store_within, add_child{std::move(spec)},
    [this, id](const caf::actor& door) { started(id, door); },
    [this, id, epoch = row.epoch](const caf::error&) {
      ended({id, epoch, session_end::given_up});
    });
  tick_soon();
}

void admission_state::started(const std::string& id, const caf::actor& door) {
  auto it = sessions.find(id);
  if (it == sessions.end())
    return;
  it->second.door = door;
  if (it->second.cancel)
    self->send(door, cancel_atom::value);
}

void admission_state::cancel(const std::string& id) {
  auto it = sessions.find(id);
  if (it == sessions.end())
    return;
  it->second.cancel = true;
  if (it->second.door)
    self->send(it->second.door, cancel_atom::value);
}

// -- the sessions' clock --------------------------------------------------------------------------------------------
void admission_state::tick_soon() {
  if (!std::exchange(ticking, true))
    self->delayed_send(self, handles.ticks->look, look_atom::value);
}

/// Also those that admission does not know of, after a restart: this is how they come to tell that they are alive.
void admission_state::tick_sessions() {
  ticking = false;
  for (auto& session : handles.ticks->due(self->clock().now()))
    self->send(session, tick_atom::value);
  if (!sessions.empty() || !handles.ticks->empty())
    tick_soon();
}

// -- what sessions say ----------------------------------------------------------------------------------------------
/// Also how a restarted admission learns which sessions run.
void admission_state::alive(const std::string& id, std::uint64_t epoch) {
  if (fenced.contains({id, epoch})) { // it may not have heard
    self->send(caf::actor_cast<caf::actor>(self->current_sender()), fence_atom::value);
    return;
  }
  auto [it, fresh] = sessions.emplace(id, admitted{lease_epoch{epoch}, nullptr, {}, false});
  it->second.heard = self->clock().now();
  if (fresh)
    it->second.door = caf::actor_cast<caf::actor>(self->current_sender());
}

void admission_state::ended(const session_ended& x) {
  fenced.erase({x.id, x.epoch.value});
  auto it = sessions.find(x.id);
  if (it == sessions.end() || it->second.epoch != x.epoch)
    return;
  forget(it);
  if (x.how != session_end::finished)
    release(x.id, x.epoch, x.how == session_end::crashed);
  if (x.how == session_end::finished)
    broken.reset();
  else if (x.how == session_end::stopped) // one by an operator, or all of them with the tree
    pause(pause_after_stop);
  else // something is broken (a full disk): don't take it back at once
    pause(broken.next());
  quiet();
  tell();
  freed();
}

void admission_state::leaves(const std::string& id, std::uint64_t epoch) {
  auto it = sessions.find(id);
  if (it == sessions.end() || it->second.epoch.value != epoch || std::exchange(it->second.leaving, true))
    return;
  ++leaving;
  tell();
  freed();
}

void admission_state::forget(std::map<std::string, admitted>::iterator it) {
  leaving -= it->second.leaving ? 1 : 0;
  sessions.erase(it);
}

void admission_state::forget_all() {
  sessions.clear();
  leaving = 0;
}

void admission_state::pause(std::chrono::milliseconds length) {
  paused_until = std::max(paused_until, self->clock().now() + length);
  self->delayed_send(self, paused_until - self->clock().now(), claim_atom::value);
}

// -- draining -------------------------------------------------------------------------------------------------------
caf::result<std::uint64_t> admission_state::drain(std::int64_t within_ms) {
  draining = true;
  if (sessions.empty() && !claiming)
    return handed_back;
  waiting_for_drain.push_back(self->make_response_promise());
  self->delayed_send(self, std::chrono::milliseconds{std::max<std::int64_t>(within_ms, 0)}, overdue_atom::value);
  tell();
  return caf::delegated<std::uint64_t>{};
}

/// The time to drain is over: what still runs goes back.
void admission_state::overdue() {
  for (auto& [id, x] : sessions) {
    if (x.door)
      self->send(x.door, fence_atom::value);
    release(id, x.epoch, false);
    ++handed_back;
  }
  forget_all();
  quiet();
}

/// Stopped from outside: everything goes back now rather than when the leases expire.
void admission_state::hand_back() {
  draining = true;
  for (auto& [id, x] : sessions) {
    if (x.door)
      self->send(x.door, fence_atom::value);
    hand_back(id, x.epoch);
  }
  forget_all();
}

void admission_state::hand_back(const std::string& id, lease_epoch epoch) {
  auto ask = renewal(true);
  ask.leases.push_back({research_id{id}, epoch});
  caf::anon_send(handles.writer, std::move(ask));
}

/// While it drains: the end, when nothing runs and no claim is on its way back with more.
void admission_state::quiet() {
  if (!draining || claiming || !sessions.empty())
    return;
  if (ending)
    return self->quit(*ending);
  for (auto& promise : std::exchange(waiting_for_drain, {}))
    promise.deliver(handed_back);
}

void admission_state::tell() {
  figures->queue = backlog;
  figures->status(std::to_string(sessions.size() - leaving) + " of " + std::to_string(options.slots)
                  + " sessions · backlog " + std::to_string(backlog)
                  + (options.accepted_since == timestamp{} ? "" : " · takes new ones only")
                  + (draining ? " · draining" : ""));
}

namespace {

caf::behavior admission(caf::stateful_actor<admission_state>* self, const figures_ptr& figures,
                        const research_handles& handles, const admission_options& options,
                        const caf::actor& supervisor) {
  auto& state = self->state;
  state.figures = figures;
  state.handles = handles;
  state.options = options;
  state.supervisor = supervisor;
  if (handles.event_log)
    self->send(handles.event_log, subscribe_events{research_id{std::string{new_work}}},
               caf::actor_cast<event_subscriber_actor>(state.address()));
  self->set_exit_handler([&state, self](caf::exit_msg& x) {
    state.hand_back();
    state.ending = std::move(x.reason);
    state.quiet();
  });
  state.tell();
  state.tick_soon(); // there may be sessions already
  self->send(self, poll_atom::value);
  self->delayed_send(self, options.renew_every, renew_atom::value);
  return {
    [&state](const events_committed& x) {
      if (x.cancel)
        state.cancel(x.research.value);
      else if (x.last.value <= 1) // a new research; running ones are no news
        state.hinted();
    },
    [&state](claim_atom) {
      state.gathering = false;
      state.claim();
    },
    [&state](look_atom) { state.tick_sessions(); },
    [&state, self](poll_atom) {
      state.ask_ledger();
      self->delayed_send(self, state.options.poll_every, poll_atom::value);
    },
    [&state, self](renew_atom) {
      state.starts.sweep(self->clock().now());
      state.renew();
      if (!state.handles.ticks->empty()) // of one that began after the last tick, while nobody ran that we knew of
        state.tick_soon();
      self->delayed_send(self, state.options.renew_every, renew_atom::value);
    },
    [&state](alive_atom, const std::string& id, std::uint64_t epoch) { state.alive(id, epoch); },
    [&state](leaving_atom, const std::string& id, std::uint64_t epoch) { state.leaves(id, epoch); },
    [&state](const session_ended& x) { state.ended(x); },
    [&state](drain_atom, std::int64_t within_ms) { return state.drain(within_ms); },
    [&state](overdue_atom) { state.overdue(); },
  };
}

} // namespace

caf::actor spawn_admission(const child_context& ctx, const research_handles& handles, admission_options options) {
  return ctx.spawn(admission, ctx.figures, handles, std::move(options), ctx.supervisor_handle);
}

} // namespace troupe
