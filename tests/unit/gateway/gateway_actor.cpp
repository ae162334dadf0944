// The gateway's actor on virtual time, with an edge that listens nowhere: its start, its end with and without time to
// drain, and who waits then.
#define CAF_SUITE gateway_actor

#include "gateway/gateway_actor.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;
using namespace troupe::gateway;
using namespace std::chrono_literals;

namespace {

/// What became of the edge, and what it was made with.
struct edge_notes {
  gateway_options options;
  std::shared_ptr<actor_bridge> front;
  std::optional<error> start_failure;
  std::vector<std::chrono::milliseconds> drains;
  std::function<void()> drained;
  std::string status = "127.0.0.1:8000 · 0 connections";
  std::size_t open_at_end = 99; ///< requests that still waited when it ended
  bool ended = false;
};

struct noting_edge final : edge {
  std::shared_ptr<edge_notes> notes;
  explicit noting_edge(std::shared_ptr<edge_notes> x) : notes(std::move(x)) {}
  noting_edge(const noting_edge&) = delete;
  noting_edge& operator=(const noting_edge&) = delete;
  ~noting_edge() override {
    notes->ended = true;
    notes->open_at_end = notes->front->in_flight();
  }
  expected<void> start(const bound_listener&) override {
    return notes->start_failure ? expected<void>{tl::make_unexpected(*notes->start_failure)} : expected<void>{};
  }
  void drain(std::chrono::milliseconds within, std::function<void()> done) override {
    notes->drains.push_back(within);
    notes->drained = std::move(done);
  }
  void stop() override {}
  [[nodiscard]] std::string status() const override { return notes->status; }
};

struct rows_sink final : answer_sink<research_row> {
  std::shared_ptr<outcome<research_row>> kept;
  explicit rows_sink(std::shared_ptr<outcome<research_row>> x) : kept(std::move(x)) {}
  void deliver(expected<research_row> x) noexcept override {
    if (x)
      kept->answers.push_back(std::move(*x));
    else
      kept->errors.push_back(x.error());
  }
};

struct fixture : room_fixture {
  std::shared_ptr<edge_notes> notes = std::make_shared<edge_notes>();
  std::vector<caf::response_promise> held;
  caf::actor reader = keep(mock("reader", [this](caf::event_based_actor* me) -> caf::behavior {
    return {[this, me](const get_research&) -> caf::result<research_row> {
      held.push_back(me->make_response_promise());
      return held.back();
    }};
  }));
  engine_doors doors;
  gateway_options options;
  std::optional<caf::error> end;
  caf::actor child;

  fixture() { doors.reader = caf::actor_cast<store_reader_actor>(reader); }
  ~fixture() override {
    exit(caf::exit_reason::kill); // it would wait for its edge
    notes->drained = nullptr;     // holds the actor
    if (notes->front)
      notes->front->close();
  }

  void start() {
    auto listener = std::make_shared<bound_listener>(-1, "127.0.0.1", std::uint16_t{8000});
    auto spec =
      gateway_child(doors, options, listener, [x = notes](gateway_options o, std::shared_ptr<actor_bridge> b) {
        x->options = std::move(o);
        x->front = std::move(b);
        return std::make_unique<noting_edge>(x);
      });
    child = start_child([this, spec](const child_context& ctx) {
      auto made = spec.start(ctx);
      made->attach_functor([this](const caf::error& why) { end = why; });
      return made;
    });
  }
  void exit(caf::exit_reason why) {
    caf::anon_send_exit(child, why);
    consume_messages();
  }
  auto get() {
    auto result = std::make_shared<outcome<research_row>>();
    outcomes.push_back(result);
    notes->front->submit(get_research{research_id{"r_1"}, deadline::in(1h)}, std::make_unique<rows_sink>(result));
    consume_messages();
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(gateway_actor_tests, fixture)

CAF_TEST(it shows what its edge says once a second) {
  start();
  CAF_CHECK(!end);
  CAF_CHECK_EQUAL(figures->status(), "127.0.0.1:8000 · 0 connections");
  notes->status = "127.0.0.1:8000 · 3 connections";
  advance_time(1s);
  consume_messages();
  CAF_CHECK_EQUAL(figures->status(), "127.0.0.1:8000 · 3 connections");
}

CAF_TEST(what the engine counts is there for the edge to show) {
  doors.egress_totals = [] { return std::vector<std::pair<std::string, std::uint64_t>>{{"ok", 7}}; };
  doors.store_trouble = [] { return std::optional<error>{error{errc::disk_full, "the disk is full", ""}}; };
  start();
  CAF_REQUIRE(notes->options.egress_totals && notes->options.store_trouble);
  auto totals = notes->options.egress_totals();
  CAF_REQUIRE_EQUAL(totals.size(), 1u);
  CAF_CHECK_EQUAL(totals[0].second, 7u);
  CAF_CHECK(notes->options.store_trouble()->code == errc::disk_full);
}

CAF_TEST(an edge that can not start is a failed start that says why) {
  notes->start_failure = error{errc::conflict, "the address is in use", "Take another."};
  start();
  CAF_REQUIRE(end);
  CAF_CHECK(from_caf(*end) == *notes->start_failure);
  CAF_CHECK(notes->ended);
}

CAF_TEST(an exit drains and ends when the last connection is gone) {
  options.drain = 8000ms;
  start();
  auto open = get();
  exit(caf::exit_reason::user_shutdown);
  CAF_CHECK_EQUAL(notes->drains, std::vector<std::chrono::milliseconds>{8000ms});
  CAF_CHECK(!end);
  CAF_CHECK(open->open());               // what is under way goes on
  exit(caf::exit_reason::user_shutdown); // once is enough
  CAF_CHECK_EQUAL(notes->drains.size(), 1u);
  CAF_CHECK(!end);
  notes->status = "127.0.0.1:8000 · 1 connection";
  advance_time(3s);
  consume_messages();
  CAF_CHECK_EQUAL(figures->status(), "draining");
  notes->drained();
  consume_messages();
  CAF_REQUIRE(end);
  CAF_CHECK(*end == caf::exit_reason::user_shutdown);
  CAF_CHECK(open->failed(errc::unavailable));
  CAF_CHECK_EQUAL(notes->open_at_end, 0u); // told before the edge went
}

CAF_TEST(a node that has no time left gives it enough to say so) {
  options.drain = 8000ms;
  options.going_down->end_by(std::chrono::steady_clock::now() - 1s);
  start();
  exit(caf::exit_reason::user_shutdown);
  CAF_CHECK_EQUAL(notes->drains, std::vector<std::chrono::milliseconds>{100ms});
}

CAF_TEST(a kill ends it at once and nobody is left waiting) {
  start();
  auto open = get();
  exit(caf::exit_reason::kill);
  CAF_REQUIRE(end);
  CAF_CHECK(notes->drains.empty());
  CAF_CHECK(notes->ended);
  CAF_CHECK(open->failed(errc::unavailable));
  CAF_CHECK_EQUAL(notes->open_at_end, 0u);
  auto late = get();
  CAF_CHECK(late->failed(errc::unavailable));
}

CAF_TEST(a kill while it drains does not wait for the rest) {
  start();
  exit(caf::exit_reason::user_shutdown);
  CAF_CHECK(!end);
  exit(caf::exit_reason::kill);
  CAF_CHECK(end);
  CAF_CHECK(notes->ended);
}

CAF_TEST_FIXTURE_SCOPE_END()
