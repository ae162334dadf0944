// The one look at the tree that serves all watchers, step by step: bridge and root on virtual time, the feed's
// coroutine on an executor that the test turns.
#define CAF_SUITE gateway_tree_feed

#include <boost/asio/io_context.hpp>

#include "gateway/bridge_actor.hpp"
#include "gateway/stream/tree_feed.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

struct noting_target final : wake_target {
  int woken = 0;
  void wake() noexcept override { ++woken; }
};

struct fixture : room_fixture {
  std::size_t looks = 0;
  bool away = false; ///< the root refuses
  tree_snapshot tree;
  std::vector<std::uint64_t> joined;
  caf::actor root = keep(mock("root", [this](caf::event_based_actor*) -> caf::behavior {
    return {[this](const get_tree&) -> caf::result<tree_snapshot> {
      ++looks;
      if (away)
        return to_caf({errc::unavailable, "restarting", ""});
      return tree;
    }};
  }));
  std::shared_ptr<actor_bridge> front = std::make_shared<actor_bridge>();
  boost::asio::io_context io;
  std::shared_ptr<tree_feed> feed = std::make_shared<tree_feed>(
    front, [this] { return boost::asio::any_io_executor{io.get_executor()}; }, std::chrono::milliseconds{0});

  fixture() {
    engine_doors doors;
    doors.root = root;
    keep(spawn_bridge(sys, doors, front));
    tree.actors.resize(1);
    tree.actors[0].path = "node-1";
  }
  ~fixture() override {
    for (auto x : joined)
      feed->leave(x);
    front->close(); // a look under way gets its answer, and is the last
    turn_io();
    consume_messages(); // what the root was asked, while what it looks at is there
  }

  std::uint64_t join(const std::shared_ptr<noting_target>& who) {
    joined.push_back(feed->join(who));
    return joined.back();
  }

  void turn_io() {
    io.restart();
    io.poll();
  }
  /// One look, if anybody wants one: asked, answered, told.
  void step() {
    turn_io();
    consume_messages();
    turn_io();
  }
  /// What the loop of looks had begun is brought to its end; whether anything would still happen.
  bool at_rest() {
    for (int i = 0; i < 3; ++i)
      step();
    io.restart();
    return io.poll() == 0 && io.stopped(); // stopped: no timer waits, either
  }
  std::string news(std::uint64_t& seen) {
    auto text = feed->news(seen);
    return text ? *text : "";
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

CAF_TEST_FIXTURE_SCOPE(tree_feed_tests, fixture)

CAF_TEST(nobody looks before somebody watches) {
  CAF_CHECK(at_rest());
  CAF_CHECK_EQUAL(looks, 0u);
}

CAF_TEST(one look serves all who watch and only changes wake them) {
  std::vector<std::shared_ptr<noting_target>> watchers(10);
  for (auto& x : watchers) {
    x = std::make_shared<noting_target>();
    join(x);
  }
  step();
  for (auto& x : watchers)
    CAF_CHECK_EQUAL(x->woken, 1);
  std::uint64_t seen = 0;
  CAF_CHECK(has(news(seen), "\"snapshot\""));
  CAF_CHECK_EQUAL(news(seen), "");
  auto before = looks;
  step();
  step();
  CAF_CHECK(looks > before && looks <= before + 2);
  CAF_CHECK_EQUAL(watchers[0]->woken, 1);
  tree.actors[0].messages = 7;
  step();
  step();
  for (auto& x : watchers)
    CAF_CHECK_EQUAL(x->woken, 2);
  auto changed = news(seen);
  CAF_CHECK(has(changed, "\"changes\"") && has(changed, "\"messages\":7"));
}

CAF_TEST(who missed a version is told of both changes and who did not of one) {
  tree.actors.resize(2);
  tree.actors[1].path = "node-1/store";
  auto a = std::make_shared<noting_target>();
  join(a);
  step();
  std::uint64_t prompt = 0;
  std::uint64_t slow = 0;
  news(prompt);
  news(slow);
  auto change = [&](std::size_t which) {
    ++tree.actors[which].messages;
    step();
    step();
  };
  change(0);
  news(prompt);
  change(1);
  auto one = news(prompt);
  CAF_CHECK(!has(one, "\"node-1\"") && has(one, "\"node-1/store\""));
  auto both = news(slow);
  CAF_CHECK(has(both, "\"node-1\"") && has(both, "\"node-1/store\""));
}

CAF_TEST(when the last watcher leaves the looking ends and begins anew with the next) {
  auto a = std::make_shared<noting_target>();
  auto b = std::make_shared<noting_target>();
  auto first = join(a);
  auto second = join(b);
  step();
  feed->leave(first);
  CAF_CHECK(!at_rest()); // the other one stays
  feed->leave(second);
  CAF_CHECK(at_rest());
  auto before = looks;
  CAF_CHECK(at_rest());
  CAF_CHECK_EQUAL(looks, before);
  tree.actors[0].messages = 9;
  join(a);
  std::uint64_t seen = 0;
  CAF_CHECK_EQUAL(news(seen), ""); // not the tree of then
  step();
  CAF_CHECK_EQUAL(looks, before + 1);
  auto now = news(seen);
  CAF_CHECK(has(now, "\"snapshot\"") && has(now, "\"messages\":9"));
}

CAF_TEST(a tree that does not answer leaves watchers what they have) {
  auto a = std::make_shared<noting_target>();
  join(a);
  step();
  std::uint64_t seen = 0;
  news(seen);
  away = true;
  step();
  step();
  CAF_CHECK_EQUAL(news(seen), "");
  away = false;
  tree.actors[0].restarts = 1;
  step();
  step();
  CAF_CHECK(has(news(seen), "\"restarts\":1"));
}

CAF_TEST(a watcher that is gone without a word is not woken) {
  auto a = std::make_shared<noting_target>();
  join(a);
  a.reset();
  step();
  CAF_CHECK_EQUAL(looks, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
