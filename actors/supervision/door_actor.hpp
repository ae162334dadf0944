#pragma once
/// A child's address that outlives its restarts. Messages pass straight through to the incarnation that runs now, on
/// the sender's thread, in order; requests that come while none runs fail at once with `unavailable`, other messages
/// are dropped, as they would be by a dead actor.

#include <mutex>

#include <caf/actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/monitorable_actor.hpp>

namespace troupe {

class door : public caf::monitorable_actor {
public:
  explicit door(caf::actor_config& cfg);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  const char* name() const override { return "door"; }

  /// Where messages go from now on; an invalid handle for nowhere. Any thread.
  void lead_to(caf::actor target);

private:
  std::mutex target_mutex_;
  caf::actor target_;
};

/// A door and the way to move it.
struct door_handle {
  caf::actor address;
  door* ptr = nullptr;
};

door_handle make_door(caf::actor_system& system);
/// The door behind an address that `make_door` made.
door_handle door_of(const caf::actor& address);

} // namespace troupe
