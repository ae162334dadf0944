// The readers' door alone, with readers that answer when told to: who gets what, what waits, what is refused, and what
// readers that end cost.
#define CAF_SUITE read_balancer

#include <deque>

#include "actors/store/reader_roster.hpp"
#include "actors/store/store_actors.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// A reader and what it was given and has not answered.
struct held_reader {
  caf::actor actor;
  std::deque<std::pair<std::string, caf::response_promise>> held;
};
using held_reader_ptr = std::shared_ptr<held_reader>;

caf::behavior reader_on_a_string(caf::event_based_actor* me, const held_reader_ptr& x) {
  return {[=](const get_research& ask) -> caf::result<research_row> {
            x->held.emplace_back(ask.research.value, me->make_response_promise());
            return x->held.back().second;
          },
          [=](const load_index&) -> caf::result<index_page> {
            x->held.emplace_back("load", me->make_response_promise());
            return x->held.back().second;
          },
          [=](const do_now& order) { order.what(me); }};
}

struct fixture : room_fixture {
  std::shared_ptr<reader_roster> roster = std::make_shared<reader_roster>();
  std::vector<held_reader_ptr> readers;
  caf::actor door;

  void start(std::size_t how_many_readers, std::size_t waiting = 100) {
    for (std::size_t i = 0; i < how_many_readers; ++i)
      roster->add(new_reader()->actor);
    door = start_child([this, waiting](const child_context& ctx) { return spawn_read_balancer(ctx, roster, waiting); });
  }
  held_reader_ptr new_reader() {
    auto x = std::make_shared<held_reader>();
    x->actor = keep(mock("reader", reader_on_a_string, x));
    readers.push_back(x);
    return x;
  }
  auto get(const std::string& id, std::chrono::seconds within = 3600s) {
    auto result = ask<research_row>(door, get_research{research_id{id}, deadline::in(within)});
    consume_messages();
    return result;
  }
  auto load() {
    load_index x;
    x.until = deadline::in(1h);
    auto result = ask<index_page>(door, x);
    consume_messages();
    return result;
  }
  /// `who` answers what it was given first and says that it is free.
  void finish(const held_reader_ptr& who) {
    within(who->actor, [who](auto*) {
      auto [what, promise] = who->held.front();
      who->held.pop_front();
      research_row row;
      row.id = research_id{what};
      if (what == "load")
        promise.deliver(index_page{});
      else
        promise.deliver(row);
    });
    say_free(who);
  }
  void say_free(const held_reader_ptr& who) {
    caf::anon_send(door, reader_free{who->actor});
    consume_messages();
  }
  void kill(const held_reader_ptr& who) {
    caf::anon_send_exit(who->actor, caf::exit_reason::kill);
    consume_messages();
  }
  /// What each reader has in hand.
  std::multiset<std::string> in_hand() const {
    std::multiset<std::string> result;
    for (const auto& x : readers)
      for (const auto& [what, ignored] : x->held)
        result.insert(what);
    return result;
  }
};

using things = std::multiset<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(read_balancer_tests, fixture)

CAF_TEST(each reader has one request at a time and the rest waits in order) {
  start(2);
  std::vector<std::shared_ptr<outcome<research_row>>> asked;
  for (const char* id : {"1", "2", "3", "4"})
    asked.push_back(get(id));
  CAF_CHECK_EQUAL(readers[0]->held.size(), 1u);
  CAF_CHECK_EQUAL(readers[1]->held.size(), 1u);
  CAF_CHECK_EQUAL(in_hand(), (things{"1", "2"}));
  CAF_CHECK_EQUAL(figures->queue.load(), 2u);
  finish(readers[0]);
  CAF_CHECK_EQUAL(in_hand().count("3"), 1u);
  finish(readers[0]);
  CAF_CHECK_EQUAL(in_hand().count("4"), 1u);
  finish(readers[0]);
  finish(readers[1]);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CAF_REQUIRE_EQUAL(asked[i]->answers.size(), 1u);
    CAF_CHECK_EQUAL(asked[i]->answers[0].id.value, std::to_string(i + 1));
  }
  CAF_CHECK_EQUAL(figures->queue.load(), 0u);
}

CAF_TEST(beyond its limit it refuses at once) {
  start(1, 2);
  get("1");
  auto second = get("2");
  load();
  auto refused = get("4");
  CAF_CHECK(refused->failed(errc::overloaded));
  CAF_CHECK(load()->failed(errc::overloaded));
  finish(readers[0]);
  finish(readers[0]);
  CAF_CHECK_EQUAL(second->answers.size(), 1u);
  CAF_CHECK_EQUAL(in_hand(), things{"load"});
}

CAF_TEST(what is late when its turn comes is refused and the next one read) {
  start(1);
  get("1");
  auto late = get("2", -1s);
  auto next = get("3");
  CAF_CHECK(late->open());
  finish(readers[0]);
  CAF_CHECK(late->failed(errc::deadline_exceeded));
  CAF_CHECK_EQUAL(in_hand(), things{"3"});
  finish(readers[0]);
  CAF_CHECK_EQUAL(next->answers.size(), 1u);
}

CAF_TEST(loading leaves one reader to everybody else) {
  start(3);
  for (int i = 0; i < 3; ++i)
    load();
  CAF_CHECK_EQUAL(in_hand(), (things{"load", "load"}));
  get("1");
  CAF_CHECK_EQUAL(in_hand(), (things{"1", "load", "load"}));
  for (auto& x : readers)
    if (x->held.front().first == "load") {
      finish(x); // the next load has its place
      break;
    }
  CAF_CHECK_EQUAL(in_hand(), (things{"1", "load", "load"}));
}

CAF_TEST(a reader that ends gets nothing more and what waits goes to the others) {
  start(2);
  auto idle = readers[1];
  kill(idle);
  auto first = get("1");
  auto second = get("2");
  CAF_CHECK_EQUAL(in_hand(), things{"1"});
  CAF_CHECK(idle->held.empty());
  finish(readers[0]);
  finish(readers[0]);
  CAF_CHECK_EQUAL(first->answers.size(), 1u);
  CAF_CHECK_EQUAL(second->answers.size(), 1u);
}

CAF_TEST(a reader that ends while it loads gives its place back) {
  start(3);
  load();
  load();
  load();
  for (auto& x : readers)
    if (!x->held.empty()) {
      kill(x);
      x->held.clear();
      break;
    }
  get("1"); // the third one's; two readers are left, so only one may load
  CAF_CHECK_EQUAL(in_hand(), (things{"1", "load"}));
  say_free(new_reader());
  CAF_CHECK_EQUAL(in_hand(), (things{"1", "load", "load"}));
}

CAF_TEST(what came while no reader ran is read by the first one) {
  start(0);
  auto asked = get("1");
  CAF_CHECK(asked->open());
  say_free(new_reader());
  CAF_CHECK_EQUAL(in_hand(), things{"1"});
  finish(readers[0]);
  CAF_CHECK_EQUAL(asked->answers.size(), 1u);
}

CAF_TEST(a reader that says twice that it is free gets one request) {
  start(1);
  say_free(readers[0]);
  get("1");
  get("2");
  CAF_CHECK_EQUAL(in_hand(), things{"1"});
}

CAF_TEST(who waits when it stops is told and what is being read is answered) {
  start(1);
  auto read = get("1");
  auto waits = get("2");
  auto loads = load();
  caf::anon_send_exit(door, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(waits->failed(errc::unavailable));
  CAF_CHECK(loads->failed(errc::unavailable));
  CAF_CHECK(read->open());
  within(readers[0]->actor, [x = readers[0]](auto*) { x->held.front().second.deliver(research_row{}); });
  CAF_CHECK_EQUAL(read->answers.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
