// The children of `node/store`, wired to each other.
#include "actors/store/event_subscriptions.hpp"
#include "actors/store/reader_roster.hpp"
#include "actors/store/store_actors.hpp"

namespace troupe {

namespace {

child_spec child(std::string name, child_factory start, bool opens, bool detached, caf::actor address = {}) {
  child_spec spec;
  spec.name = std::move(name);
  spec.start = std::move(start);
  spec.detached = detached;
  if (opens)
    spec.ready_within = std::chrono::seconds{30}; // a database that was not closed is recovered first
  spec.address = std::move(address);
  // A group under way, or the checkpoint that closing brings, may take this long.
  spec.stop_within = std::chrono::seconds{5};
  return spec;
}

} // namespace

std::vector<child_spec> store_children(std::shared_ptr<storage::store> opened, const store_addresses& at,
                                       const store_actor_options& options) {
  auto kept = std::make_shared<event_subscriptions>();
  auto roster = std::make_shared<reader_roster>();
  auto event_log = caf::actor_cast<event_log_actor>(at.event_log);
  std::vector<child_spec> result;
  result.push_back(child(
    "event-log", [=](const child_context& ctx) { return spawn_event_log(ctx, kept); }, false, false, at.event_log));
  result.push_back(child(
    "writer",
    [=, limits = options.writes, health = options.health](const child_context& ctx) {
      return spawn_store_writer(ctx, opened, event_log, limits, health);
    },
    true, options.detached, at.writer));
  result.push_back(child(
    "readers",
    [=, waiting = options.waiting_reads](const child_context& ctx) {
      return spawn_read_balancer(ctx, roster, waiting);
    },
    false, false, at.readers));
  for (std::uint32_t i = 0; i < std::max(options.readers, 1u); ++i)
    result.push_back(child(
      "reader/" + std::to_string(i),
      [=, balancer = at.readers](const child_context& ctx) {
        return spawn_store_reader(ctx, opened, roster, balancer);
      },
      true, options.detached));
  return result;
}

} // namespace troupe
