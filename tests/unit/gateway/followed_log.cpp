// Many cursors over one log on one thread, step by step: bridge and reader on virtual time, the cursors' coroutines on
// an executor that the test turns.
#define CAF_SUITE gateway_followed_log

#include <algorithm>
#include <deque>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "gateway/bridge_actor.hpp"
#include "gateway/stream/event_cursor.hpp"
#include "gateway/stream/followed_log.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

constexpr auto long_time = std::chrono::hours{1};

/// One cursor, and what it was given so far.
struct follower {
  explicit follower(event_cursor c) : cursor(std::move(c)) {}

  event_cursor cursor;
  std::vector<std::uint64_t> seen;
  std::vector<page_ptr> pages;
  std::vector<errc> failures;
  bool over = false;

  net::awaitable<void> follow() {
    while (!over) {
      auto page = co_await cursor.next(long_time);
      over = !page || (*page)->final;
      if (!page) {
        failures.push_back(page.error().code);
        co_return;
      }
      pages.push_back(*page);
      for (auto& x : (*page)->events)
        seen.push_back(x.seq.value);
    }
  }
};

struct fixture : room_fixture {
  using answer = caf::typed_response_promise<event_page>;
  std::vector<read_events> reads;
  std::uint64_t newest = 1;
  bool final = false;
  bool hold = false; ///< answers wait in `held`, as they stood when they were asked for
  bool away = false; ///< the store refuses
  std::deque<std::pair<answer, event_page>> held;
  research_id id{"r_1"};
  caf::actor reader = keep(mock("reader", [this](caf::event_based_actor* me) -> caf::behavior {
    return {[this, me](const read_events& x) -> caf::result<event_page> {
              reads.push_back(x);
              if (away)
                return to_caf({errc::unavailable, "restarting", ""});
              if (!hold)
                return page_after(x.after.value);
              held.emplace_back(me->make_response_promise<event_page>(), page_after(x.after.value));
              return caf::delegated<event_page>{};
            },
            [](const do_now& x) { x.what(nullptr); }};
  }));
  std::shared_ptr<actor_bridge> front = std::make_shared<actor_bridge>();
  caf::actor bridge;
  boost::asio::io_context io;
  std::deque<follower> followers;

  fixture() {
    engine_doors doors;
    doors.reader = caf::actor_cast<store_reader_actor>(reader);
    bridge = keep(spawn_bridge(sys, doors, front));
  }
  ~fixture() override {
    for (auto& x : followers)
      x.cursor.stop();
    settle();
    release();
    front->close();
    settle();
  }

  event_page page_after(std::uint64_t after) {
    event_page page;
    page.last = event_seq{std::max(after, std::min(newest, after + 100))};
    for (auto seq = after + 1; seq <= page.last.value; ++seq)
      page.events.push_back({id, event_seq{seq}, timestamp{}, "progress", "{}"});
    page.final = final && page.last.value >= newest;
    return page;
  }

  void follow(std::size_t count, std::uint64_t after = 0, event_cursor::timing times = {}) {
    times.poll = long_time;
    for (; count > 0; --count) {
      followers.emplace_back(event_cursor{front, id, event_seq{after}, io.get_executor(), times});
      net::co_spawn(
        io, [f = &followers.back()] { return f->follow(); }, net::detached);
    }
  }
  void settle() {
    for (int i = 0; i < 6; ++i) {
      io.restart();
      io.poll();
      consume_messages();
    }
  }
  /// The log grows and says so.
  void grow(std::uint64_t by = 1) {
    newest += by;
    caf::anon_send(bridge, events_committed{id, event_seq{newest}, final});
    settle();
  }
  /// What is held is answered, as it stood then.
  void release() {
    hold = false;
    within(reader, [this](caf::event_based_actor*) {
      for (auto& [promise, page] : held)
        promise.deliver(std::move(page));
      held.clear();
    });
    settle();
  }
  std::size_t reads_after(std::uint64_t after) {
    return static_cast<std::size_t>(
      std::count_if(reads.begin(), reads.end(), [&](auto& x) { return x.after.value == after; }));
  }
  void check_all_saw(std::uint64_t last) {
    for (auto& x : followers) {
      CAF_REQUIRE_EQUAL(x.seen.size(), last);
      for (std::uint64_t seq = 1; seq <= last; ++seq)
        CAF_REQUIRE_EQUAL(x.seen[seq - 1], seq);
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(followed_log_tests, fixture)

CAF_TEST(what all followers ask for is read once and encoded once) {
  newest = 3;
  follow(10);
  settle();
  check_all_saw(3);
  CAF_CHECK_EQUAL(reads_after(0), 1u);
  for (auto& x : followers)
    CAF_CHECK(x.pages[0] == followers[0].pages[0]);
  CAF_CHECK(reads_after(3) <= 2); // nothing yet: who joined asks once more, together
  grow(2);
  grow();
  final = true;
  grow();
  check_all_saw(7);
  for (auto seq : {5u, 6u})
    CAF_CHECK(reads_after(seq) <= 3); // nothing yet, twice, and when it grew
  for (auto& x : followers)
    CAF_CHECK(x.over);
}

CAF_TEST(who comes a little later finds the page without a read) {
  newest = 3;
  follow(2);
  settle();
  auto before = reads_after(0);
  follow(5);
  settle();
  check_all_saw(3);
  CAF_CHECK_EQUAL(reads_after(0), before);
}

CAF_TEST(nothing from a read that began before it is not believed) {
  hold = true;
  follow(1, 1);
  settle(); // its read begins, and finds nothing
  CAF_REQUIRE_EQUAL(held.size(), 1u);
  newest = 2; // committed now, before the others come: no wake-up will tell them
  follow(3, 1);
  settle();
  CAF_REQUIRE_EQUAL(held.size(), 1u);
  release();
  for (std::size_t i = 1; i < 4; ++i) {
    CAF_REQUIRE_EQUAL(followers[i].seen.size(), 1u);
    CAF_CHECK_EQUAL(followers[i].seen[0], 2u);
  }
  CAF_CHECK_EQUAL(reads_after(1), 2u);
}

CAF_TEST(nothing from a read that began after it is believed) {
  hold = true;
  follow(20, 1);
  settle();
  release();
  CAF_CHECK_EQUAL(reads_after(1), 2u); // the first, and one for all who had joined it
  settle();
  CAF_CHECK_EQUAL(reads_after(1), 2u);
}

CAF_TEST(news that comes while a read is under way is read after it) {
  hold = true;
  follow(3, 1);
  settle();
  grow(); // rings before the answer, which does not hold it
  release();
  for (auto& x : followers)
    CAF_CHECK_EQUAL(x.seen.size(), 1u);
}

CAF_TEST(a read that fails fails all who joined and each of them tries again) {
  event_cursor::timing times;
  times.retry = std::chrono::milliseconds{0};
  times.retries = 2;
  away = true;
  follow(4, 0, times);
  for (int i = 0; i < 4; ++i)
    settle();
  for (auto& x : followers)
    CAF_CHECK_EQUAL(x.failures, std::vector<errc>{errc::unavailable});
  CAF_CHECK_EQUAL(reads.size(), 3u); // together each time
  away = false;
  follow(2, 0, times);
  settle();
  CAF_CHECK_EQUAL(followers.back().seen.size(), 1u);
}

CAF_TEST(the log is let go with its last follower) {
  follow(2);
  settle();
  CAF_CHECK_EQUAL(reads_after(0), 1u);
  std::weak_ptr<const shared_page> page = followers[0].pages[0];
  std::weak_ptr<followed_log> log = followed_log::of(front, id, io.get_executor());
  for (auto& x : followers) {
    x.cursor.stop();
    x.pages.clear();
  }
  settle();
  CAF_CHECK(!page.expired()); // on the shelf
  followers.clear();
  CAF_CHECK(page.expired());
  CAF_CHECK(log.expired());
  settle();
  io.restart();
  CAF_CHECK_EQUAL(io.poll(), 0u);
  CAF_CHECK(io.stopped()); // no timer of it is left
}

CAF_TEST(of two logs on one thread neither hears of the other) {
  follow(2);
  settle();
  auto before = reads.size();
  caf::anon_send(bridge, events_committed{research_id{"r_2"}, event_seq{9}, false});
  settle();
  CAF_CHECK_EQUAL(reads.size(), before);
}

CAF_TEST(few followers are given each event at once and a crowd rests first) {
  event_cursor::timing times;
  times.rest = long_time;
  follow(16, 0, times);
  settle();
  grow();
  grow();
  check_all_saw(3);
  follow(1, 3, times); // one too many, from now on
  settle();
  auto before = reads.size();
  grow();
  grow();
  for (auto& x : followers)
    CAF_CHECK(x.seen.empty() || x.seen.back() == 3);
  CAF_CHECK_EQUAL(reads.size(), before);
  for (auto& x : followers)
    x.cursor.stop(); // ends a rest, too
  settle();
  for (auto& x : followers)
    CAF_CHECK_EQUAL(x.failures, std::vector<errc>{errc::cancelled});
}

CAF_TEST(a crowd that rests comes back and misses nothing) {
  event_cursor::timing times;
  times.rest = std::chrono::milliseconds{50};
  follow(50, 0, times);
  settle();
  check_all_saw(1);
  for (int i = 0; i < 20; ++i)
    grow();
  final = true;
  grow();
  auto all_over = [this] { return std::all_of(followers.begin(), followers.end(), [](auto& x) { return x.over; }); };
  while (!all_over()) { // they do come back
    io.restart();
    io.run_one();
    settle();
  }
  check_all_saw(22);
}

CAF_TEST(a crowd that is far behind does not rest) {
  event_cursor::timing times;
  times.rest = long_time;
  newest = 1000;
  final = true;
  follow(50, 0, times);
  for (int i = 0; i < 5; ++i)
    settle();
  check_all_saw(1000);
  CAF_CHECK_EQUAL(reads.size(), 10u);
}

CAF_TEST_FIXTURE_SCOPE_END()
