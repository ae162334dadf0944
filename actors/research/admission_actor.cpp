//   event log ──hint──► admission ──claim_research──► writer        rows come back
//                         │  ▲ └────renew_leases────► writer        lost and cancelled come back
//            add_child    ▼  │ alive, ended
//   research supervisor ─► session/<id> ◄── cancel, fence
#include "actors/research/admission_actor.hpp"

#include <algorithm>
#include <map>

#include "actors/flow/backoff.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using poll_atom = caf::atom_constant<caf::atom("poll")>;
using renew_atom = caf::atom_constant<caf::atom("renew")>;
using claim_atom = caf::atom_constant<caf::atom("claim")>;
using overdue_atom = caf::atom_constant<caf::atom("overdue")>;

constexpr auto store_within = 5s;
constexpr auto silence_allowed = 12s; ///< of a session, before it counts as gone
constexpr auto pause_after_stop = 3s;
constexpr auto clocks_apart = 2s; ///< wall and steady clock, before the wall clock was set

struct admitted {
  lease_epoch epoch;
  caf::actor door; ///< invalid until its supervisor has started it
  caf::actor_clock::time_point heard{};
  bool cancel = false; ///< somebody asked
};

struct admission_state {
  // -- who it is ------------------------------------------------------------------------------------------------------
  static inline const char* name = "admission";
  caf::event_based_actor* self;
  figures_ptr figures;
  research_handles handles;
  admission_options options;
  caf::actor supervisor;

  // -- what runs ------------------------------------------------------------------------------------------------------
  std::map<std::string, admitted> sessions;
  std::size_t started_so_far = 0;
  std::uint32_t backlog = 0;
  bool claiming = false;
  bool renewing = false;
  caf::actor_clock::time_point renewed_at{}; ///< since when the leases are good, by both clocks
  timestamp renewed_wall{};
  caf::actor_clock::time_point looked_at{}; ///< after the sessions
  bool claim_wanted = false;                ///< once the leases are known to be good
  bool more = true;                         ///< there may be work that was not claimed yet
  bool gathering = false;                   ///< a claim for the slots that got free is due in a moment

  // -- going down -----------------------------------------------------------------------------------------------------
  bool draining = false;
  std::vector<caf::response_promise> waiting_for_drain;
  caf::actor_clock::time_point paused_until{};
  backoff broken{{1s, 60s, 2.0, 0.2}}; ///< waits after sessions that could not go on

  explicit admission_state(caf::event_based_actor* ptr) : self(ptr) {}

  /// Sessions go on without it for as long as their leases hold, and report to the next incarnation. When the node
  /// goes down they have ended before it and their leases are back.
  ~admission_state() {
    for (auto& promise : waiting_for_drain)
      promise.deliver(true);
  }

  [[nodiscard]] caf::actor address() const {
    return options.address ? options.address : caf::actor_cast<caf::actor>(self->ctrl());
  }

  // -- claiming -------------------------------------------------------------------------------------------------------

  [[nodiscard]] std::uint32_t room() const {
    auto running = static_cast<std::uint32_t>(sessions.size());
    return running < options.slots ? options.slots - running : 0;
  }

  /// One question for all the slots that are free.
  void claim() {
    if (room() > 0)
      ask_ledger();
  }

  /// Also with no slot free: the backlog is told.
  void ask_ledger() {
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
    ask.at = std::chrono::system_clock::now();
    ask.until = {now + store_within};
    ask.accepted_since = options.accepted_since;
    if (sessions.empty())
      leases_good(now);
    self->request(handles.writer, store_within, std::move(ask))
      .then([this](const claimed_research& x) { claimed(x); },
            [this](const caf::error&) { claiming = false; }); // the next poll tries again
  }

  void claimed(const claimed_research& x) {
    claiming = false;
    backlog = x.backlog;
    for (auto& row : x.rows)
      start(row);
    tell();
    auto told_meanwhile = more;
    more = more || x.backlog > 0;
    if (told_meanwhile)
      claim();
  }

  /// Somebody accepted a research.
  void hinted() {
    more = true;
    claim();
  }

  /// Slots got free. Short researches end by the hundred: one claim for half of the slots costs as much as for one.
  void freed() {
    if (!more)
      return;
    if (2 * room() >= options.slots)
      return claim();
    if (!std::exchange(gathering, true))
      self->delayed_send(self, options.claim_gap, claim_atom::value);
  }

  void start(const research_row& row) {
    auto id = row.id.value;
    sessions[id] = {row.epoch, nullptr, self->clock().now(), row.cancel_requested};
    claimed_session session{row, options.node, options.session, address(), started_so_far++};
    child_spec spec;
    spec.name = "session/" + id;
    spec.restart = restart_when::temporary;
    spec.start = [handles = handles, session](const child_context& ctx) {
      return spawn_session(ctx, handles, session);
    };
    self->request(supervisor, store_within, add_child{std::move(spec)})
      .then([this, id](const caf::actor& door) { started(id, door); },
            [this, id, epoch = row.epoch](const caf::error&) {
              ended({id, epoch, session_end::given_up});
            });
  }

  void started(const std::string& id, const caf::actor& door) {
    auto it = sessions.find(id);
    if (it == sessions.end())
      return;
    it->second.door = door;
    if (it->second.cancel)
      self->send(door, cancel_atom::value);
  }

  void cancel(const std::string& id) {
    auto it = sessions.find(id);
    if (it == sessions.end())
      return;
    it->second.cancel = true;
    if (it->second.door)
      self->send(it->second.door, cancel_atom::value);
  }

  // -- leases ---------------------------------------------------------------------------------------------------------

  renew_leases renewal(bool release) const {
    renew_leases ask;
    ask.node = options.node;
    ask.lease = options.lease;
    ask.release = release;
    ask.at = std::chrono::system_clock::now();
    ask.until = {self->clock().now() + store_within};
    return ask;
  }

  [[nodiscard]] bool leases_in_doubt(caf::actor_clock::time_point now) const {
    if (sessions.empty())
      return false;
    auto steady = now - renewed_at;
    auto wall = std::chrono::system_clock::now() - renewed_wall;
    return steady > options.lease / 2 || wall - steady > clocks_apart;
  }

  void leases_good(caf::actor_clock::time_point now) {
    renewed_at = now;
    renewed_wall = std::chrono::system_clock::now();
  }

  void renew() {
    forget_silent();
    if (renewing || sessions.empty())
      return;
    auto ask = renewal(false);
    for (auto& [id, x] : sessions)
      ask.leases.push_back({research_id{id}, x.epoch});
    renewing = true;
    auto at = self->clock().now();
    self->request(handles.writer, store_within, std::move(ask))
      .then([this, at](const lease_report& x) { renewed(x, at); }, [this](const caf::error&) { renewing = false; });
  }

  void renewed(const lease_report& x, caf::actor_clock::time_point at) {
    renewing = false;
    leases_good(at);
    for (auto& id : x.cancelled)
      cancel(id.value);
    for (auto& id : x.lost)
      if (auto it = sessions.find(id.value); it != sessions.end()) {
        if (it->second.door)
          self->send(it->second.door, fence_atom::value);
        sessions.erase(it);
      }
    tell();
    if (std::exchange(claim_wanted, false))
      claim();
  }

  void release(const std::string& id, lease_epoch epoch, bool crashed) {
    auto ask = renewal(true);
    ask.leases.push_back({research_id{id}, epoch, crashed});
    self->request(handles.writer, store_within, std::move(ask))
      .then([](const lease_report&) {}, [](const caf::error&) {});
  }

  /// Sessions that are silent for too long: their work goes to whoever claims it next.
  void forget_silent() {
    auto now = self->clock().now();
    auto since = now - std::exchange(looked_at, now);
    if (since > silence_allowed / 2) // it is we who were away: what they said is still to be read
      for (auto& [id, x] : sessions)
        x.heard = now;
    std::vector<session_ended> gone;
    for (auto& [id, x] : sessions)
      if (now - x.heard > silence_allowed)
        gone.push_back({id, x.epoch, session_end::given_up});
    for (auto& x : gone) {
      if (auto& door = sessions[x.id].door)
        self->send(door, fence_atom::value);
      ended(x);
    }
  }

  // -- what sessions say ----------------------------------------------------------------------------------------------

  /// Also how a restarted admission learns which sessions run.
  void alive(const std::string& id, std::uint64_t epoch) {
    auto [it, fresh] = sessions.emplace(id, admitted{lease_epoch{epoch}, nullptr, {}, false});
    it->second.heard = self->clock().now();
    if (fresh)
      it->second.door = caf::actor_cast<caf::actor>(self->current_sender());
  }

  void ended(const session_ended& x) {
    auto it = sessions.find(x.id);
    if (it == sessions.end() || it->second.epoch != x.epoch)
      return;
    sessions.erase(it);
    if (x.how != session_end::finished)
      release(x.id, x.epoch, x.how == session_end::crashed);
    if (x.how == session_end::finished)
      broken.reset();
    else // somebody stops the tree, or something is broken (a full disk): don't take it back at once
      paused_until = self->clock().now()
                     + (x.how == session_end::stopped ? std::chrono::milliseconds{pause_after_stop} : broken.next());
    if (draining && sessions.empty())
      drained();
    tell();
    freed();
  }

  // -- draining -------------------------------------------------------------------------------------------------------

  caf::result<bool> drain(std::int64_t within_ms) {
    draining = true;
    if (sessions.empty())
      return true;
    waiting_for_drain.push_back(self->make_response_promise());
    self->delayed_send(self, std::chrono::milliseconds{std::max<std::int64_t>(within_ms, 0)}, overdue_atom::value);
    tell();
    return caf::delegated<bool>{};
  }

  /// The time to drain is over: what still runs goes back.
  void overdue() {
    for (auto& [id, x] : sessions) {
      if (x.door)
        self->send(x.door, fence_atom::value);
      release(id, x.epoch, false);
    }
    sessions.clear();
    drained();
  }

  /// Stopped from outside: everything goes back now rather than when the leases expire.
  void hand_back() {
    draining = true;
    for (auto& [id, x] : sessions) {
      if (x.door)
        self->send(x.door, fence_atom::value);
      auto ask = renewal(true);
      ask.leases.push_back({research_id{id}, x.epoch});
      caf::anon_send(handles.writer, std::move(ask));
    }
    sessions.clear();
  }

  void drained() {
    for (auto& promise : std::exchange(waiting_for_drain, {}))
      promise.deliver(true);
  }

  void tell() {
    figures->queue = backlog;
    figures->status(std::to_string(sessions.size()) + " of " + std::to_string(options.slots) + " sessions · backlog "
                    + std::to_string(backlog) + (options.accepted_since == timestamp{} ? "" : " · takes new ones only")
                    + (draining ? " · draining" : ""));
  }
};

caf::behavior admission(caf::stateful_actor<admission_state>* self, const figures_ptr& figures,
                        const research_handles& handles, const admission_options& options,
                        const caf::actor& supervisor) {
  auto& state = self->state;
  state.figures = figures;
  state.handles = handles;
  state.options = options;
  state.supervisor = supervisor;
  if (handles.event_log)
    self->send(handles.event_log, subscribe_events{}, caf::actor_cast<event_subscriber_actor>(state.address()));
  self->set_exit_handler([&state, self](caf::exit_msg& x) {
    state.hand_back();
    self->quit(std::move(x.reason));
  });
  state.tell();
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
    [&state, self](poll_atom) {
      state.ask_ledger();
      self->delayed_send(self, state.options.poll_every, poll_atom::value);
    },
    [&state, self](renew_atom) {
      state.renew();
      self->delayed_send(self, state.options.renew_every, renew_atom::value);
    },
    [&state](alive_atom, const std::string& id, std::uint64_t epoch) { state.alive(id, epoch); },
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
