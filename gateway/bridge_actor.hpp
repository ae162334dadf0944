#pragma once
/// The actor behind `actor_bridge`: keeps the time of those that wait at the request desk, wakes subscribers.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/supervision/figures.hpp"
#include "gateway/actor_bridge.hpp"
#include "gateway/request_desk_actor.hpp"

namespace troupe::gateway {

struct bridge_state {
  // -- who we talk to -------------------------------------------------------------------------------------------------
  caf::event_based_actor* self = nullptr;
  std::shared_ptr<request_desk> desk;
  std::shared_ptr<actor_bridge> front;
  figures_ptr figures;

  // -- who is to be woken, by research; bounded by the number of connections ------------------------------------------
  std::unordered_map<research_id, std::unordered_map<std::uint64_t, std::weak_ptr<wake_target>>> subscribers;

  void start(caf::event_based_actor* owner, engine_doors to, std::shared_ptr<actor_bridge> from);
  void run_jobs();
  void sweep();
  void woken(const events_committed& x);
  void sweep_soon();
  /// Fails all that waits and closes the front; for `on_exit`.
  void stop();
  void subscribe(const research_id& research, std::uint64_t token, std::weak_ptr<wake_target> target);
  void unsubscribe(const research_id& research, std::uint64_t token);
  void tell_event_log(const research_id& research, bool on);
};

/// The handlers of the bridge, for whichever actor carries them: run jobs, sweep, `events_committed`.
caf::message_handler bridge_handlers(bridge_state& state);

/// A bridge of its own, without a listener: for tests.
caf::actor spawn_bridge(caf::actor_system& system, engine_doors doors, std::shared_ptr<actor_bridge> front);

} // namespace troupe::gateway
