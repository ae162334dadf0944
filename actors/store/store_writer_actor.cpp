// The one writer: drains what waits in its mailbox into groups, applies them, answers, wakes the event log.
//
//   gateway, sessions, admission ── op ──→ lanes            bounded; beyond: `overloaded`
//   itself ── flush (behind what already waits) ──→ small group, then one bulk group
//                    each: apply → answers, committed_group → event log
//                    something left: flush again; nothing left: upkeep
#include <thread>

#include "actors/store/group_wait.hpp"
#include "actors/store/store_actors.hpp"
#include "actors/store/write_pace.hpp"

namespace troupe {

namespace {

using flush_atom = caf::atom_constant<caf::atom("flush")>;
using try_atom = caf::atom_constant<caf::atom("try")>;
using private_writer_actor = store_writer_actor::extend<caf::reacts_to<flush_atom>, caf::reacts_to<try_atom>>;
using lanes = write_lanes<caf::response_promise>;

constexpr std::chrono::seconds try_every{1};
constexpr std::chrono::microseconds gather_for{60};

caf::error restarting() { return to_caf({errc::unavailable, "the store is restarting", "Try again in a moment."}); }

/// A deadline that was given and has passed.
bool too_late(const storage::write_op& op) {
  return std::visit([](const auto& x) { return x.until.at.time_since_epoch().count() != 0 && x.until.passed(); }, op);
}

struct writer_state {
  static inline const char* name = "store-writer";

  // -- who it is ------------------------------------------------------------------------------------------------------
  private_writer_actor::pointer self;
  figures_ptr figures;
  event_log_actor event_log;
  std::unique_ptr<storage::writer> store;
  std::shared_ptr<write_health> health;

  // -- what waits -----------------------------------------------------------------------------------------------------
  lanes waiting;
  bool flush_sent = false;
  group_wait others;
  std::size_t accepts = 0; ///< of those that wait
  write_pace pace;
  bool trying = false; ///< the medium refused a write, and a probe is on its way

  explicit writer_state(private_writer_actor::pointer ptr) : self(ptr) {}
  writer_state(const writer_state&) = delete;
  writer_state& operator=(const writer_state&) = delete;

  /// Nobody is left without an answer when this ends.
  ~writer_state() {
    for (auto group = waiting.take_small(); !group.empty(); group = waiting.take_small())
      refuse(group, restarting());
    for (auto group = waiting.take_bulk(); !group.empty(); group = waiting.take_bulk())
      refuse(group, restarting());
  }

  static void refuse(std::vector<lanes::entry>& group, const caf::error& why) {
    for (auto& x : group)
      x.ticket.deliver(why);
  }

  template <class Answer, class Op>
  caf::result<Answer> take(Op& op) {
    storage::write_op any{std::move(op)};
    if (auto room = waiting.room_for(any); !room)
      return to_caf(room.error());
    auto promise = self->make_response_promise<Answer>();
    accepts += std::is_same_v<Op, accept_research> ? 1 : 0;
    waiting.add(std::move(any), promise, std::chrono::steady_clock::now());
    figures->queue = waiting.size();
    flush_soon();
    return promise;
  }

  /// Behind the messages that wait already, so that they become one group; never later than that.
  void flush_soon() {
    if (flush_sent)
      return;
    flush_sent = true;
    self->send(self, flush_atom::value);
  }

  void flush() {
    flush_sent = false;
    if (others.holds(accepts)) {
      std::this_thread::sleep_for(gather_for); // a thread of its own
      return flush_soon();
    }
    accepts = 0;
    apply(waiting.take_small());
    apply(waiting.take_bulk());
    figures->queue = waiting.size();
    if (!waiting.empty())
      flush_soon();
    store->tend(waiting.empty() && self->mailbox().empty());
    if (auto line = pace.line(std::chrono::steady_clock::now()); line && !trying)
      figures->status(std::move(*line));
  }

  void apply(std::vector<lanes::entry> group) {
    group.erase(std::remove_if(group.begin(), group.end(), [](auto& x) { return gave_up(x); }), group.end());
    if (group.empty())
      return;
    std::vector<storage::write_op> ops;
    for (auto& x : group)
      ops.push_back(std::move(x.op));
    std::vector<events_committed> wakes;
    auto answers = store->apply(ops, wakes);
    for (std::size_t i = 0; i < group.size(); ++i)
      answer(group[i], answers[i]);
    if (!wakes.empty())
      caf::anon_send(caf::actor_cast<caf::actor>(event_log), committed_group{std::move(wakes)});
  }

  static bool gave_up(lanes::entry& x) {
    if (!too_late(x.op))
      return false;
    x.ticket.deliver(to_caf({errc::deadline_exceeded, "the store had no time for this write", "Try again."}));
    return true;
  }

  void answer(lanes::entry& to, expected<storage::write_answer>& what) {
    pace.answered(std::chrono::steady_clock::now() - to.since);
    if (what)
      std::visit([&](auto& x) { to.ticket.deliver(std::move(x)); }, *what);
    else
      refused(to, what.error());
  }

  // -- a medium that refuses ------------------------------------------------------------------------------------------

  void refused(lanes::entry& to, const error& why) {
    if (write_health::concerns(why))
      can_not_write(why);
    to.ticket.deliver(to_caf(why));
  }

  void can_not_write(const error& why) {
    health->failed(why);
    figures->status("can't write: " + why.message);
    if (std::exchange(trying, true))
      return;
    self->delayed_send(self, try_every, try_atom::value);
  }

  void try_writing() {
    trying = false;
    if (auto done = store->try_writing(); !done)
      return can_not_write(done.error());
    health->works();
    figures->status("can write again");
  }
};

private_writer_actor::behavior_type writer(private_writer_actor::stateful_pointer<writer_state> self,
                                           const child_context& ctx, const std::shared_ptr<storage::store>& opened,
                                           const event_log_actor& wakes, const write_limits& limits,
                                           const std::shared_ptr<write_health>& health) {
  auto& state = self->state;
  state.figures = ctx.figures;
  state.health = health;
  state.event_log = wakes;
  state.waiting = lanes{limits};
  auto store = opened->open_writer();
  if (!store) {
    self->quit(to_caf(store.error()));
    return private_writer_actor::behavior_type::make_empty_behavior();
  }
  state.store = std::move(*store);
  ctx.ready(self);
  return {
    [&state](accept_research& x) { return state.take<accepted_research>(x); },
    [&state](claim_research& x) { return state.take<claimed_research>(x); },
    [&state](renew_leases& x) { return state.take<lease_report>(x); },
    [&state](commit_research& x) { return state.take<commit_ack>(x); },
    [&state](cancel_research& x) { return state.take<research_row>(x); },
    [&state](settle_dead_letter& x) { return state.take<settled_dead_letter>(x); },
    [&state](flush_atom) { state.flush(); },
    [&state](try_atom) { state.try_writing(); },
  };
}

} // namespace

caf::actor spawn_store_writer(const child_context& ctx, std::shared_ptr<storage::store> opened, event_log_actor wakes,
                              const write_limits& limits, std::shared_ptr<write_health> health) {
  return caf::actor_cast<caf::actor>(
    ctx.spawn(writer, ctx, std::move(opened), std::move(wakes), limits, std::move(health)));
}

} // namespace troupe
