// The store's actors on threads of their own, as a node runs them: nothing hangs, nothing is lost, it stops.
#define CAF_SUITE real_threads

#include "actors/store/store_actors.hpp"
#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/supervisor_actor.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

CAF_TEST(many clients at once on a real store) {
  scratch_folder folder;
  deterministic_config config;
  caf::actor_system system{config};
  store_addresses at{make_door(system).address, make_door(system).address, make_door(system).address};
  auto writer = caf::actor_cast<store_writer_actor>(at.writer);
  auto reader = caf::actor_cast<store_reader_actor>(at.readers);
  auto opened = take(open_sqlite({folder.path, durability::normal, 10'000}));
  {
    caf::scoped_actor self{system};
    auto root = spawn_root_supervisor(system, "node", {}, store_children(opened, at, {}));
    constexpr auto patience = std::chrono::seconds{60}; // a hang fails, slowness does not
    auto failed = [&](caf::error& x) { CAF_FAIL(from_caf(x).message); };
    self->request(root, patience, find_child{"reader/1"}).receive([](const caf::actor&) {}, failed); // all have started
    std::vector<decltype(self->request(writer, patience, accept_research{}))> accepts;
    for (int i = 0; i < 500; ++i)
      accepts.push_back(self->request(writer, patience, an_accept("r_" + std::to_string(1000 + i))));
    std::size_t accepted = 0;
    for (auto& x : accepts)
      x.receive([&](accepted_research&) { ++accepted; }, failed);
    CAF_CHECK_EQUAL(accepted, 500u);
    std::vector<decltype(self->request(reader, patience, read_events{}))> reads;
    for (int i = 0; i < 500; ++i)
      reads.push_back(
        self->request(reader, patience, read_events{research_id{"r_" + std::to_string(1000 + i)}, {}, 10, {}}));
    std::size_t events = 0;
    for (auto& x : reads)
      x.receive([&](event_page& page) { events += page.events.size(); }, failed);
    CAF_CHECK_EQUAL(events, 500u);
    self->request(root, patience, stop_tree{"test", deadline::in(patience)}).receive([](bool) {}, failed);
    self->wait_for(root);
  }
}
