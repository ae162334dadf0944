// The bridge's actor on virtual time: where requests go, that each is answered once whatever becomes of the engine, and
// who is woken.
#define CAF_SUITE gateway_bridge

#include <deque>

#include "gateway/bridge_actor.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;
using namespace troupe::gateway;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 50ms;

/// Keeps what a request was answered.
template <class Answer>
struct noting_sink final : answer_sink<Answer> {
  std::shared_ptr<outcome<Answer>> kept;
  explicit noting_sink(std::shared_ptr<outcome<Answer>> x) : kept(std::move(x)) {}
  void deliver(expected<Answer> x) noexcept override {
    if (x)
      kept->answers.push_back(std::move(*x));
    else
      kept->errors.push_back(x.error());
  }
};

struct noting_target final : wake_target {
  int woken = 0;
  void wake() noexcept override { ++woken; }
};

struct fixture : room_fixture {
  // -- the engine: its reader answers when told to, everything else at once; all that is asked is noted
  std::vector<std::string> asked;
  std::deque<caf::response_promise> held;
  caf::actor reader = keep(mock("reader", [this](caf::event_based_actor* me) -> caf::behavior {
    return {[this, me](const get_research& x) -> caf::result<research_row> {
              asked.push_back("get " + x.research.value);
              held.push_back(me->make_response_promise());
              return held.back();
            },
            [me](const do_now& x) { x.what(me); }};
  }));
  caf::actor writer = keep(mock("writer", [this](caf::event_based_actor*) -> caf::behavior {
    return {[this](const cancel_research&) -> caf::result<research_row> {
      asked.emplace_back("cancel");
      return to_caf({errc::not_found, "there is no such research", "Look again."});
    }};
  }));
  caf::actor index = keep(mock("index", [this](caf::event_based_actor*) -> caf::behavior {
    return {[this](const search_passages&) {
      asked.emplace_back("search");
      return search_hits{};
    }};
  }));
  caf::actor root = keep(mock("root", [this](caf::event_based_actor*) -> caf::behavior {
    return {[this](const get_tree&) {
      asked.emplace_back("tree");
      return tree_snapshot{};
    }};
  }));
  caf::actor event_log = keep(mock("event log", [this](caf::event_based_actor*) -> caf::behavior {
    return {
      [this](const subscribe_events& x, const event_subscriber_actor& who) { follow("+" + x.research.value, who); },
      [this](const unsubscribe_events& x, const event_subscriber_actor& who) { follow("-" + x.research.value, who); }};
  }));
  void follow(const std::string& what, const event_subscriber_actor& who) {
    followed.push_back(what);
    CAF_CHECK(who.address() == bridge.address());
  }
  std::vector<std::string> followed;

  engine_doors doors;
  std::shared_ptr<actor_bridge> front = std::make_shared<actor_bridge>(3);
  caf::actor bridge;

  fixture() {
    doors.reader = caf::actor_cast<store_reader_actor>(reader);
    doors.writer = caf::actor_cast<store_writer_actor>(writer);
    doors.index = caf::actor_cast<index_actor>(index);
    doors.root = root;
    doors.event_log = caf::actor_cast<event_log_actor>(event_log);
  }
  ~fixture() override {
    front->close();
    consume_messages(); // what the mocks were asked, while what they note it in is there
  }

  void start() { bridge = keep(spawn_bridge(sys, doors, front)); }

  template <class Request>
  std::shared_ptr<outcome<answer_of<Request>>> submit(Request x, std::chrono::seconds within = 3600s) {
    auto result = std::make_shared<outcome<answer_of<Request>>>();
    outcomes.push_back(result);
    x.until = deadline::in(within);
    front->submit(std::move(x), std::make_unique<noting_sink<answer_of<Request>>>(result));
    consume_messages();
    return result;
  }
  auto get(const std::string& id, std::chrono::seconds within = 3600s) {
    return submit(get_research{research_id{id}, {}}, within);
  }
  /// The reader answers the oldest request it holds.
  void answer(const std::string& id) {
    within(reader, [this, id](auto*) {
      auto promise = held.front();
      held.pop_front();
      research_row row;
      row.id = research_id{id};
      promise.deliver(row);
    });
  }
  /// The deadline of the request that was sent first, or of all, has come.
  void expire(std::size_t most = 100) {
    dynamic_cast<caf::stateful_actor<bridge_state>&>(*caf::actor_cast<caf::abstract_actor*>(bridge))
      .state.desk->expire(most);
  }
  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= tick) {
      advance_time(tick);
      consume_messages();
    }
  }
  void news(const std::string& id) {
    caf::anon_send(bridge, events_committed{research_id{id}, event_seq{1}, false});
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(gateway_bridge_tests, fixture)

CAF_TEST(requests go to the part that answers them and answers to who asked) {
  start();
  auto a = get("r_1");
  auto b = get("r_2");
  CAF_CHECK_EQUAL(front->in_flight(), 2u);
  answer("r_1");
  CAF_REQUIRE_EQUAL(a->answers.size(), 1u);
  CAF_CHECK_EQUAL(a->answers[0].id.value, "r_1");
  CAF_CHECK(b->open());
  answer("r_2");
  CAF_CHECK_EQUAL(b->answers.size(), 1u);
  CAF_CHECK_EQUAL(submit(search_passages{})->answers.size(), 1u);
  CAF_CHECK_EQUAL(submit(get_tree{})->answers.size(), 1u);
  auto refused = submit(cancel_research{});
  CAF_REQUIRE_EQUAL(refused->errors.size(), 1u);
  CAF_CHECK(refused->errors[0] == (error{errc::not_found, "there is no such research", "Look again."}));
  CAF_CHECK_EQUAL(asked, (std::vector<std::string>{"get r_1", "get r_2", "search", "tree", "cancel"}));
  CAF_CHECK_EQUAL(front->in_flight(), 0u);
}

CAF_TEST(what was asked before the bridge ran is not lost) {
  auto early = get("r_1");
  CAF_CHECK(early->open());
  start();
  answer("r_1");
  CAF_CHECK_EQUAL(early->answers.size(), 1u);
}

CAF_TEST(a part that does not run on this node is said to) {
  doors.writer = store_writer_actor{};
  start();
  auto refused = submit(cancel_research{});
  CAF_REQUIRE(refused->failed(errc::unavailable));
  CAF_CHECK_EQUAL(refused->errors[0].message, "this part of the engine is not running on this node");
  CAF_CHECK_EQUAL(front->in_flight(), 0u);
}

CAF_TEST(what comes after its deadline is not sent on) {
  start();
  auto late = get("r_1", -1s);
  CAF_CHECK(late->failed(errc::deadline_exceeded));
  CAF_CHECK(asked.empty());
}

CAF_TEST(who gets no answer hears so at the deadline and others go on waiting) {
  start();
  auto late = get("r_1");
  auto patient = get("r_2");
  expire(1);
  CAF_CHECK(late->open());
  pass(tick);
  CAF_CHECK(late->failed(errc::deadline_exceeded));
  CAF_CHECK(patient->open());
  CAF_CHECK_EQUAL(front->in_flight(), 1u);
  answer("r_1"); // for nobody
  CAF_CHECK(late->answers.empty());
  pass(4 * tick);
  CAF_CHECK(patient->open());
  expire();
  pass(tick); // the tick went on for it
  CAF_CHECK(patient->failed(errc::deadline_exceeded));
  CAF_CHECK_EQUAL(front->in_flight(), 0u);
}

CAF_TEST(it looks at the time only while somebody waits) {
  start();
  CAF_CHECK(!sched.has_pending_timeout());
  auto a = get("r_1");
  pass(4 * tick);
  CAF_CHECK(sched.has_pending_timeout());
  answer("r_1");
  pass(tick);
  CAF_CHECK(!sched.has_pending_timeout());
}

CAF_TEST(beyond the limit it refuses at once until there is room) {
  start();
  auto first = get("r_1");
  get("r_2");
  get("r_3");
  auto refused = get("r_4");
  CAF_CHECK(refused->failed(errc::unavailable));
  CAF_CHECK_EQUAL(held.size(), 3u);
  CAF_CHECK_EQUAL(front->in_flight(), 3u);
  answer("r_1");
  auto next = get("r_5");
  CAF_CHECK(next->open());
  CAF_CHECK_EQUAL(asked.back(), "get r_5");
}

CAF_TEST(a part that has ended is an error at once) {
  start();
  caf::anon_send_exit(reader, caf::exit_reason::kill);
  consume_messages();
  auto a = get("r_1");
  CAF_CHECK(a->failed(errc::unavailable));
  CAF_CHECK_EQUAL(front->in_flight(), 0u);
}

CAF_TEST(an answer of another kind is a defect and said to be one) {
  start();
  auto a = get("r_1");
  within(reader, [this](auto*) {
    auto promise = held.front();
    held.pop_front();
    promise.deliver(tree_snapshot{});
  });
  CAF_CHECK(a->failed(errc::internal));
  CAF_CHECK_EQUAL(front->in_flight(), 0u);
}

CAF_TEST(everybody who waits is told once when the bridge ends and who comes later at once) {
  start();
  auto a = get("r_1");
  auto b = get("r_2");
  caf::anon_send_exit(bridge, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(a->failed(errc::unavailable));
  CAF_CHECK(b->failed(errc::unavailable));
  auto c = get("r_3");
  CAF_CHECK(c->failed(errc::unavailable));
  CAF_CHECK_EQUAL(front->in_flight(), 0u);
  answer("r_1");
  CAF_CHECK(a->answers.empty());
}

CAF_TEST(what waits for a bridge that never runs is told when the front closes) {
  auto a = get("r_1");
  front->close();
  CAF_CHECK(a->failed(errc::unavailable));
  start();
  CAF_CHECK(asked.empty());
}

CAF_TEST(a log is followed once for all its watchers and until the last of them goes) {
  start();
  auto a = std::make_shared<noting_target>();
  auto b = std::make_shared<noting_target>();
  auto of_a = front->subscribe(research_id{"r_1"}, a);
  {
    auto of_b = front->subscribe(research_id{"r_1"}, b);
    consume_messages();
    CAF_CHECK_EQUAL(followed, std::vector<std::string>{"+r_1"});
    news("r_1");
    news("r_2");
    CAF_CHECK_EQUAL(a->woken, 1);
    CAF_CHECK_EQUAL(b->woken, 1);
  }
  news("r_1");
  CAF_CHECK_EQUAL(a->woken, 2);
  CAF_CHECK_EQUAL(b->woken, 1);
  CAF_CHECK_EQUAL(followed.size(), 1u);
  of_a = subscription{};
  consume_messages();
  CAF_CHECK_EQUAL(followed, (std::vector<std::string>{"+r_1", "-r_1"}));
  news("r_1");
  CAF_CHECK_EQUAL(a->woken, 2);
}

CAF_TEST(a watcher that is gone is not woken) {
  start();
  auto a = std::make_shared<noting_target>();
  auto of_a = front->subscribe(research_id{"r_1"}, a);
  consume_messages();
  a.reset();
  news("r_1");
}

CAF_TEST(a log is followed again only while somebody watches it) {
  start();
  front->resubscribe(research_id{"r_1"});
  consume_messages();
  CAF_CHECK(followed.empty());
  auto a = std::make_shared<noting_target>();
  auto of_a = front->subscribe(research_id{"r_1"}, a);
  front->resubscribe(research_id{"r_1"});
  consume_messages();
  CAF_CHECK_EQUAL(followed, (std::vector<std::string>{"+r_1", "+r_1"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
