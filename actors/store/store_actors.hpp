#pragma once
/// The actors of `node/store` (DESIGN section 3) and how the composition root starts them:
///
///   store_addresses at{make_door(system).address, make_door(system).address, make_door(system).address};
///   auto child = supervisor_child("store", options, store_children(opened, at, {.readers = 2}));
///   doors.writer = caf::actor_cast<store_writer_actor>(at.writer); // readers and event_log likewise

#include <memory>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/store/write_health.hpp"
#include "actors/store/write_lanes.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"
#include "storage/store.hpp"

namespace troupe {

/// Writer → event log: what one group of writes put into logs. The two are always of one process.
struct committed_group {
  std::vector<events_committed> wakes;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::committed_group)

namespace troupe {

/// Doors made beforehand: the writer needs the event log's, the readers their balancer's.
struct store_addresses {
  caf::actor event_log;
  caf::actor writer;
  caf::actor readers;
};

struct store_actor_options {
  std::uint32_t readers = 2;        ///< threads that wait for the database
  std::size_t waiting_reads = 8192; ///< then `overloaded`
  write_limits writes;
  std::shared_ptr<write_health> health = std::make_shared<write_health>(); ///< what the writer says of the medium
  bool detached = true;                                                    ///< tests run everything on the coordinator
};

/// `event-log`, `writer`, `readers` (the balancer) and `reader/0..n`, in start order.
std::vector<child_spec> store_children(std::shared_ptr<storage::store> opened, const store_addresses& at,
                                       const store_actor_options& options);

// -- one by one
// ---------------------------------------------------------------------------------------------------------

struct event_subscriptions;
struct reader_roster;

/// Owns the one writer; detached. Ends when it can't open it. After a write that the medium refused it tries again once
/// a second until one succeeds, and says so in `health`.
caf::actor spawn_store_writer(const child_context& ctx, std::shared_ptr<storage::store> opened, event_log_actor wakes,
                              const write_limits& limits, std::shared_ptr<write_health> health);

/// `kept`: subscriptions outlive a restart of the event log.
caf::actor spawn_event_log(const child_context& ctx, std::shared_ptr<event_subscriptions> kept);

/// Answers as `store_reader_actor`: gives each idle reader one request at a time. `roster`: who reads, across restarts.
caf::actor spawn_read_balancer(const child_context& ctx, std::shared_ptr<reader_roster> roster, std::size_t waiting);

/// Owns one reader; detached. Asks `balancer` for work whenever it is free.
caf::actor spawn_store_reader(const child_context& ctx, std::shared_ptr<storage::store> opened,
                              std::shared_ptr<reader_roster> roster, caf::actor balancer);

} // namespace troupe
