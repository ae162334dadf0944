// The event log alone: what its subscriptions cost at their limit, and what becomes of them when logs and subscribers
// end.
#define CAF_SUITE event_log

#include "actors/store/event_subscriptions.hpp"
#include "actors/store/store_actors.hpp"
#include "protocols/new_work.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;

namespace {

using lines = std::vector<std::string>;

struct fixture : room_fixture {
  std::shared_ptr<event_subscriptions> kept = std::make_shared<event_subscriptions>();
  caf::actor log = start_child([this](const child_context& ctx) { return spawn_event_log(ctx, kept); });

  struct watcher {
    caf::actor actor;
    lines woken;
  };
  std::shared_ptr<watcher> watching(const lines& ids) {
    auto x = std::make_shared<watcher>();
    x->actor = keep(mock("watcher", [x = x.get()](caf::event_based_actor*) -> caf::behavior {
      return {[x](const events_committed& news) { x->woken.push_back(news.research.value); }};
    }));
    outcomes.push_back(x);
    for (const auto& id : ids)
      caf::anon_send(log, subscribe_events{research_id{id}}, caf::actor_cast<event_subscriber_actor>(x->actor));
    consume_messages();
    return x;
  }
  void commit(const std::string& id, bool final = false) {
    caf::anon_send(log, events_committed{research_id{id}, event_seq{1}, final});
    consume_messages();
  }
  void unsubscribe(const std::shared_ptr<watcher>& x, const std::string& id) {
    caf::anon_send(log, unsubscribe_events{research_id{id}}, caf::actor_cast<event_subscriber_actor>(x->actor));
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(event_log_tests, fixture)

CAF_TEST(beyond the limit a watcher is woken for all and no more is kept) {
  kept->limit = 2;
  auto x = watching({"r_1", "r_2", "r_3", "r_4"});
  CAF_CHECK_EQUAL(kept->pairs, 3u); // two, and "all"
  commit("r_1");
  commit("r_4");
  CAF_CHECK(std::count(x->woken.begin(), x->woken.end(), "r_1") >= 1);
  CAF_CHECK_EQUAL(std::count(x->woken.begin(), x->woken.end(), "r_4"), 1);
}

CAF_TEST(subscribing twice is subscribing once) {
  auto x = watching({"r_1", "r_1"});
  commit("r_1");
  CAF_CHECK_EQUAL(x->woken, lines{"r_1"});
  unsubscribe(x, "r_1");
  commit("r_1");
  CAF_CHECK_EQUAL(x->woken.size(), 1u);
  unsubscribe(x, "r_1"); // nothing is left of it
  CAF_CHECK_EQUAL(kept->pairs, 0u);
  CAF_CHECK(kept->subscribers.empty() && kept->by_research.empty());
}

CAF_TEST(a log that ended is let go of and its other ones are not ) {
  auto x = watching({"r_1", "r_2"});
  commit("r_1", true);
  commit("r_1");
  commit("r_2");
  CAF_CHECK_EQUAL(x->woken, (lines{"r_1", "r_2"}));
  CAF_CHECK_EQUAL(kept->pairs, 1u);
  CAF_CHECK_EQUAL(figures->status(), "1 subscriber of 1 log");
}

CAF_TEST(a watcher that ends leaves nothing) {
  auto x = watching({"r_1", "r_2"});
  auto y = watching({"r_2"});
  caf::anon_send_exit(x->actor, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK_EQUAL(kept->pairs, 1u);
  CAF_CHECK_EQUAL(kept->subscribers.size(), 1u);
  commit("r_2");
  CAF_CHECK_EQUAL(y->woken, lines{"r_2"});
}

CAF_TEST(who starts researches is woken for new ones and for cancels and not for what runs) {
  auto x = watching({std::string{new_work}});
  auto tell = [&](std::vector<events_committed> wakes) {
    x->woken.clear();
    caf::anon_send(log, committed_group{std::move(wakes)});
    consume_messages();
    return x->woken;
  };
  research_id one{"r_1"};
  research_id two{"r_2"};
  CAF_CHECK_EQUAL(tell({{one, event_seq{1}, false}, {two, event_seq{1}, false}}), lines{"r_1"}); // one is enough
  CAF_CHECK_EQUAL(tell({{one, event_seq{2}, false}, {two, event_seq{9}, true}}), lines{});
  CAF_CHECK_EQUAL(tell({{one, event_seq{3}, false, true}, {two, event_seq{3}, false, true}}), (lines{"r_1", "r_2"}));
}

CAF_TEST(news nobody asked for wakes nobody) {
  auto x = watching({"r_1"});
  commit("r_2");
  CAF_CHECK(x->woken.empty());
  CAF_CHECK_EQUAL(figures->messages.load(), 2u); // no flush for it
}

CAF_TEST_FIXTURE_SCOPE_END()
