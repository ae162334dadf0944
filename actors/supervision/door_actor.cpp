#include "actors/supervision/door_actor.hpp"

#include <caf/detail/sync_request_bouncer.hpp>
#include <caf/make_actor.hpp>

namespace troupe {

door::door(caf::actor_config& cfg) : caf::monitorable_actor(cfg) {}

void door::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  caf::strong_actor_ptr target;
  {
    std::lock_guard guard{target_mutex_};
    target = caf::actor_cast<caf::strong_actor_ptr>(target_);
  }
  if (target) {
    target->enqueue(std::move(what), host);
    return;
  }
  caf::detail::sync_request_bouncer refuse{
    to_caf({errc::unavailable, "the part of the engine that answers this is restarting", "Try again in a moment."})};
  refuse(*what);
}

void door::lead_to(caf::actor target) {
  std::lock_guard guard{target_mutex_};
  target_ = std::move(target);
}

door_handle make_door(caf::actor_system& system) {
  caf::actor_config cfg;
  auto address = caf::make_actor<door, caf::actor>(system.next_actor_id(), system.node(), &system, cfg);
  return door_of(address);
}

door_handle door_of(const caf::actor& address) {
  return {address, static_cast<door*>(caf::actor_cast<caf::abstract_actor*>(address))};
}

} // namespace troupe
