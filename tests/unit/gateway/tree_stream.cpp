// The tree as it changes: what a watcher is told, and what watching costs the engine.
#define CAF_SUITE gateway_tree_stream

#include <chrono>
#include <future>
#include <random>
#include <set>
#include <thread>

#include "client.hpp"
#include "fake_engine.hpp"
#include "gateway/stream/tree_history.hpp"
#include "protocols/json/reader.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

actor_info actor(const std::string& path, std::uint64_t messages = 0) {
  actor_info x;
  x.path = path;
  x.state = actor_state::running;
  x.messages = messages;
  return x;
}

/// What a watcher holds who believed everything it was told: messages by path.
struct mirror {
  std::map<std::string, std::uint64_t> actors;
  std::string last_type;

  void hear(const std::string& json) {
    auto parsed = parse_json(json);
    CAF_REQUIRE(parsed.has_value());
    auto root = (*parsed)->root;
    last_type = std::string{std::string_view{root["type"]}};
    if (last_type == "snapshot")
      actors.clear();
    else
      for (auto path : simdjson::dom::array(root["removed"]))
        CAF_CHECK_EQUAL(actors.erase(std::string{std::string_view{path}}), 1u);
    for (auto x : simdjson::dom::array(root["actors"])) {
      CAF_CHECK(x["uptime_s"].error() != simdjson::SUCCESS);
      actors[std::string{std::string_view{x["path"]}}] = std::uint64_t{x["messages"]};
    }
  }
};

std::map<std::string, std::uint64_t> as_map(const tree_snapshot& tree) {
  std::map<std::string, std::uint64_t> out;
  for (const auto& x : tree.actors)
    out[x.path] = x.messages;
  return out;
}

} // namespace

CAF_TEST(a history tells what changed and nothing else) {
  tree_history h;
  CAF_CHECK(h.take({{actor("n"), actor("n/a"), actor("n/b")}}));
  CAF_CHECK_EQUAL(h.version(), 1u);
  CAF_CHECK(!h.take({{actor("n"), actor("n/a"), actor("n/b")}}));
  CAF_CHECK_EQUAL(h.version(), 1u);
  CAF_CHECK(h.take({{actor("n"), actor("n/a", 5), actor("n/c")}}));
  mirror m;
  m.actors["n/b"] = 0;
  m.hear(h.since(1));
  CAF_CHECK_EQUAL(m.actors.size(), 2u); // what changed, and not `n`
  CAF_CHECK_EQUAL(m.actors["n/a"], 5u);
  CAF_CHECK_EQUAL(m.actors.count("n/c"), 1u);
}

CAF_TEST(less than a percent of busy is no change) {
  tree_history h;
  auto a = actor("n");
  a.busy = 0.101;
  CAF_CHECK(h.take({{a}}));
  a.busy = 0.104;
  CAF_CHECK(!h.take({{a}}));
  a.busy = 0.11;
  CAF_CHECK(h.take({{a}}));
}

CAF_TEST(an actor that idles has no news) {
  tree_history h;
  auto at = std::chrono::steady_clock::now();
  auto look = [&](const actor_info& x) { return h.take({{x}}, at += std::chrono::milliseconds{500}); };
  auto a = actor("n", 100);
  CAF_CHECK(look(a));
  for (int i = 0; i < 50; ++i) { // 6 messages a second
    a.messages += 3;
    a.queue = i % 2;
    CAF_CHECK(!look(a));
  }
  a.messages += 5; // 10 a second
  CAF_CHECK(look(a));
  mirror m;
  m.hear(h.since(1));
  CAF_CHECK_EQUAL(m.actors["n"], 255u); // with what was not told before
  a.messages += 1;
  a.status = "busy";
  CAF_CHECK(look(a));
  a.busy = 0.03;
  CAF_CHECK(look(a));
  a.queue += 2;
  CAF_CHECK(look(a));
}

CAF_TEST(watchers that fall behind by any number of versions all end with the same tree) {
  auto seed = std::random_device{}();
  CAF_MESSAGE("seed " << seed);
  std::mt19937 chance{seed};
  auto dice = [&](unsigned n) { return static_cast<unsigned>(chance() % n); };
  tree_history h{8}; // few, so that some fall too far behind
  std::map<std::string, std::uint64_t> now;
  std::array<mirror, 5> watchers;
  std::array<std::uint64_t, 5> seen{};
  std::size_t snapshots = 0;
  for (unsigned step = 1; step <= 5000; ++step) {
    auto path = "n/" + std::to_string(dice(12));
    if (dice(3) == 0)
      now.erase(path);
    else
      now[path] = step;
    tree_snapshot tree;
    for (const auto& [p, messages] : now)
      tree.actors.push_back(actor(p, messages));
    h.take(tree);
    for (unsigned i = 0; i < watchers.size(); ++i)
      if (seen[i] != h.version() && dice(1u << (2 * i)) == 0) { // the last ones look rarely
        auto first = seen[i] == 0;
        auto json = h.since(std::exchange(seen[i], h.version()));
        // An actor may come and go between two looks; then its removal says nothing to this watcher.
        auto parsed = parse_json(json);
        if (std::string_view{(*parsed)->root["type"]} == "changes")
          for (auto p : simdjson::dom::array((*parsed)->root["removed"]))
            watchers[i].actors.emplace(std::string{std::string_view{p}}, 0);
        watchers[i].hear(json);
        snapshots += !first && watchers[i].last_type == "snapshot" ? 1 : 0;
        CAF_REQUIRE(watchers[i].actors == as_map(tree));
      }
  }
  CAF_CHECK(snapshots > 0);
}

CAF_TEST(a watcher gets the tree and then its changes) {
  gateway_options o;
  o.limits.tree = std::chrono::milliseconds{5};
  fake_engine engine{o};
  client c{engine.port()};
  CAF_CHECK_EQUAL(c.get("/api/v1/tree/stream").status, 426u);
  CAF_REQUIRE_EQUAL(c.upgrade("/api/v1/tree/stream").status, 101u);
  mirror m;
  m.hear(c.read_frame().payload);
  CAF_CHECK_EQUAL(m.last_type, "snapshot");
  CAF_CHECK_EQUAL(m.actors.size(), 2u);
  {
    std::lock_guard guard{engine.store->mutex};
    engine.store->tree.actors[1].messages = 7;
    engine.store->tree.actors.push_back(actor("node-1/egress"));
  }
  m.hear(c.read_frame().payload);
  CAF_CHECK_EQUAL(m.last_type, "changes");
  CAF_CHECK_EQUAL(m.actors["node-1/store/writer"], 7u);
  CAF_CHECK_EQUAL(m.actors.size(), 3u);
  {
    std::lock_guard guard{engine.store->mutex};
    engine.store->tree.actors.pop_back();
  }
  m.hear(c.read_frame().payload);
  CAF_CHECK_EQUAL(m.actors.size(), 2u);
}

CAF_TEST(many watchers cost one look and without watchers nobody looks) {
  gateway_options o;
  o.limits.tree = std::chrono::milliseconds{50};
  fake_engine engine{o};
  auto looks = [&] {
    std::lock_guard guard{engine.store->mutex};
    return engine.store->looks;
  };
  CAF_CHECK_EQUAL(looks(), 0u);
  {
    std::vector<std::unique_ptr<client>> watchers;
    for (int i = 0; i < 40; ++i) {
      watchers.push_back(std::make_unique<client>(engine.port()));
      CAF_REQUIRE_EQUAL(watchers.back()->upgrade("/api/v1/tree/stream").status, 101u);
      mirror m;
      m.hear(watchers.back()->read_frame().payload);
      CAF_CHECK_EQUAL(m.last_type, "snapshot");
    }
    // Each of these changes reaches all of them, and is looked at by one.
    for (unsigned round = 1; round <= 3; ++round) {
      auto before = looks();
      {
        std::lock_guard guard{engine.store->mutex};
        engine.store->tree.actors[1].messages = round;
      }
      for (auto& w : watchers) {
        mirror m;
        m.hear(w->read_frame().payload);
        CAF_CHECK_EQUAL(m.actors["node-1/store/writer"], round);
      }
      CAF_CHECK(looks() - before < watchers.size());
    }
  } // all cut off, which the server hears in its own time
  client asking{engine.port()};
  auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (asking.get("/metrics").body.find("\nhttp_connections 1\n") == std::string::npos)
    if (std::chrono::steady_clock::now() > patience)
      CAF_FAIL("the server still serves watchers 60 s after the last one was cut off");
  auto before = looks();
  std::this_thread::sleep_for(o.limits.tree * 10); // for ten looks, would it go on: one may be under way, no more
  CAF_CHECK_LESS_OR_EQUAL(looks(), before + 1);
  client again{engine.port()};
  CAF_REQUIRE_EQUAL(again.upgrade("/api/v1/tree/stream").status, 101u);
  mirror m;
  m.hear(again.read_frame().payload);
  CAF_CHECK_EQUAL(m.last_type, "snapshot");
}

CAF_TEST(the stream of the tree understands no message and ends with the server) {
  gateway_options o;
  o.limits.tree = std::chrono::milliseconds{5};
  fake_engine engine{o};
  auto code = [](const client::frame& f) {
    return f.opcode == 8 ? static_cast<unsigned char>(f.payload[0]) * 256 + static_cast<unsigned char>(f.payload[1])
                         : 0;
  };
  for (auto [opcode, expected] : {std::pair{1, 1008}, std::pair{2, 1003}}) {
    client c{engine.port()};
    CAF_REQUIRE_EQUAL(c.upgrade("/api/v1/tree/stream").status, 101u);
    CAF_CHECK_EQUAL(c.read_frame().opcode, 1);
    c.send_frame(opcode, "{}");
    CAF_CHECK_EQUAL(code(c.read_frame()), expected);
  }
  client c{engine.port()};
  CAF_REQUIRE_EQUAL(c.upgrade("/api/v1/tree/stream").status, 101u);
  CAF_CHECK_EQUAL(c.read_frame().opcode, 1);
  std::promise<void> drained;
  engine.face->drain(std::chrono::seconds{20}, [&] { drained.set_value(); });
  auto f = c.read_frame();
  CAF_CHECK_EQUAL(code(f), 1001);
  c.send_frame(8, f.payload);
  c.half_close();
  drained.get_future().wait();
}
