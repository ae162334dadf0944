// The bridge's actor:
//
//   coroutine ──submit──→ request desk ──on the coroutine's thread──→ door of writer / reader / index / root
//   coroutine ←─post on its executor── answer_sink ←── desk ←── response, on the answering actor's thread
//                                                       desk ←── sweep, this actor's: time-outs
//   coroutine ──subscribe──→ jobs (one vector, one wake-up for many) ──run_jobs──→ event log
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
  desk = std::make_shared<request_desk>(self->system(), std::move(to));
  desk->swept_by(caf::actor_cast<caf::actor>(self));
  front = std::move(from);
  front->open([handle = caf::actor_cast<caf::actor>(self)] { caf::anon_send(handle, run_atom::value); }, desk);
}

void bridge_state::run_jobs() {
  for (auto& job : front->take())
    job->run(*this);
}

void bridge_state::sweep_soon() { self->delayed_send(self, tick, sweep_atom::value); }

void bridge_state::sweep() {
  if (desk->sweep(std::chrono::steady_clock::now()))
    sweep_soon();
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
  const auto& event_log = desk->doors().event_log;
  if (!event_log)
    return;
  auto me = caf::actor_cast<event_subscriber_actor>(caf::actor_cast<caf::actor>(self));
  if (on)
    self->send(event_log, subscribe_events{research}, me);
  else
    self->send(event_log, unsubscribe_events{research}, me);
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
  subscribers.clear();
}

caf::message_handler bridge_handlers(bridge_state& state) {
  return {[&state](run_atom) { state.run_jobs(); }, [&state](sweep_soon_atom) { state.sweep_soon(); },
          [&state](sweep_atom) { state.sweep(); }, [&state](const events_committed& x) { state.woken(x); }};
}

caf::actor spawn_bridge(caf::actor_system& system, engine_doors doors, std::shared_ptr<actor_bridge> front) {
  return system.spawn([doors, front](caf::stateful_actor<bridge_state>* self) -> caf::behavior {
    self->state.start(self, doors, front);
    self->attach_functor([front] { front->close(); });
    return bridge_handlers(self->state);
  });
}

} // namespace troupe::gateway
