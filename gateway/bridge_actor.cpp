// The bridge's actor:
//
//   coroutine ──submit──→ jobs (one vector, one wake-up for many) ──run_jobs──→ door of writer / reader / index / root
//   coroutine ←─post on its executor── answer_sink ←── response, or the sweep's time-out
//   event log ──events_committed──→ wake_target of each cursor over that research
#include "gateway/bridge_actor.hpp"

namespace troupe::gateway {

namespace {

using run_atom = caf::atom_constant<caf::atom("run")>;
using sweep_atom = caf::atom_constant<caf::atom("sweep")>;
constexpr std::chrono::milliseconds tick{50};

} // namespace

void bridge_state::start(caf::event_based_actor* owner, engine_doors to, std::shared_ptr<actor_bridge> from) {
  self = owner;
  doors = std::move(to);
  front = std::move(from);
  front->open([handle = caf::actor_cast<caf::actor>(self)] { caf::anon_send(handle, run_atom::value); });
}

void bridge_state::run_jobs() {
  for (auto& job : front->take())
    job->run(*this);
}

void bridge_state::tick_soon() {
  if (!ticking) {
    ticking = true;
    self->delayed_send(self, tick, sweep_atom::value);
  }
}

void bridge_state::sweep() {
  ticking = false;
  auto now = std::chrono::steady_clock::now();
  std::vector<std::uint64_t> late;
  for (const auto& [key, entry] : waiting)
    if (entry.until <= now)
      late.push_back(key);
  // What CAF's timer would have sent: consumes the response handler, which erases the entry and fails the request.
  for (auto key : late)
    self->enqueue(caf::make_mailbox_element(self->ctrl(), caf::make_message_id(key), {},
                                            caf::make_error(caf::sec::request_timeout)),
                  self->context());
  if (!waiting.empty())
    tick_soon();
}

void bridge_state::woken(const events_committed& x) {
  auto i = subscribers.find(x.research);
  if (i == subscribers.end())
    return;
  for (auto& [token, target] : i->second)
    if (auto alive = target.lock())
      alive->wake();
}

void bridge_state::tell_event_log(const research_id& research, bool on) {
  if (!doors.event_log)
    return;
  auto me = caf::actor_cast<event_subscriber_actor>(caf::actor_cast<caf::actor>(self));
  if (on)
    self->send(doors.event_log, subscribe_events{research}, me);
  else
    self->send(doors.event_log, unsubscribe_events{research}, me);
}

void bridge_state::subscribe(const research_id& research, std::uint64_t token, std::weak_ptr<wake_target> target) {
  auto& all = subscribers[research];
  all.emplace(token, std::move(target));
  if (all.size() == 1)
    tell_event_log(research, true);
}

void bridge_state::unsubscribe(const research_id& research, std::uint64_t token) {
  auto i = subscribers.find(research);
  if (i == subscribers.end() || i->second.erase(token) == 0 || !i->second.empty())
    return;
  subscribers.erase(i);
  tell_event_log(research, false);
}

void bridge_state::stop() {
  if (!front)
    return;
  front->close();
  auto left = std::exchange(waiting, {});
  for (auto& [key, entry] : left)
    entry.answer->abandon({errc::unavailable, "the gateway is stopping", "Try again in a moment."});
  subscribers.clear();
}

caf::message_handler bridge_handlers(bridge_state& state) {
  return {[&state](run_atom) { state.run_jobs(); }, [&state](sweep_atom) { state.sweep(); },
          [&state](const events_committed& x) { state.woken(x); }};
}

caf::actor spawn_bridge(caf::actor_system& system, engine_doors doors, std::shared_ptr<actor_bridge> front) {
  return system.spawn([doors, front](caf::stateful_actor<bridge_state>* self) -> caf::behavior {
    self->state.start(self, doors, front);
    self->attach_functor([front] { front->close(); });
    return bridge_handlers(self->state);
  });
}

} // namespace troupe::gateway
