// The wrapper around every actor: what it counts, and the faults that are put there.
#define CAF_SUITE measured

#include <stdexcept>

#include <caf/stateful_actor.hpp>

#include "actors/supervision/child.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

struct kept {
  int words = 0;
};

/// Counts words; "skip" makes it leave numbers in the mailbox until "take".
caf::behavior listener(caf::stateful_actor<kept>* self) {
  caf::message_handler hears{[self](const std::string& word) -> std::string {
    ++self->state.words;
    if (word == "throw")
      throw std::runtime_error{"as told"};
    if (word == "skip")
      self->set_default_handler(caf::skip);
    if (word == "take")
      self->become(caf::message_handler{[self](int x) { self->state.words += x; }});
    return word;
  }};
  return hears;
}

struct fixture : deterministic_system {
  figures_ptr figures = std::make_shared<actor_figures>();
  caf::actor actor;

  ~fixture() {
    if (actor)
      self->send_exit(actor, caf::exit_reason::user_shutdown);
    consume_messages();
    (void)load_faults("");
  }
  void start(const std::string& path = "node-1/listener") {
    actor = spawn_measured<caf::no_spawn_options>(sys, caf::actor_config{}, measuring{figures, path, false}, listener);
    consume_messages();
  }
  const meter& measured_actor() { return *figures->meter_of(actor.id()); }
  bool answers(const std::string& word) {
    auto asked = self->request(actor, 1s, word);
    consume_messages();
    sched.trigger_timeouts();
    bool answered = false;
    asked.receive([&](const std::string& x) { answered = x == word; }, [](caf::error&) {});
    return answered;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(measured_tests, fixture)

CAF_TEST(who asked an actor that fails over it is told) {
  start();
  auto asked = self->request(actor, 1s, std::string{"throw"});
  consume_messages();
  error why;
  asked.receive([](const std::string&) {}, [&](const caf::error& x) { why = from_caf(x); });
  CAF_CHECK(why.code == errc::unavailable);
  CAF_CHECK_EQUAL(why.message, "the actor that was asked failed over it");
}

CAF_TEST(an actor with a thread of its own answers a ping whatever it does) {
  actor =
    spawn_measured<caf::no_spawn_options>(sys, caf::actor_config{}, measuring{figures, "node-1/x", true}, listener);
  auto asked = self->request(actor, 1s, child_ping{});
  consume_messages();
  bool answered = false;
  asked.receive([&] { answered = true; }, [](const caf::error&) {});
  CAF_CHECK(answered);
}

CAF_TEST(messages and time are counted and the mailbox is known) {
  start();
  for (auto word : {"a", "b", "c"})
    self->send(actor, word);
  CAF_CHECK_EQUAL(measured_actor().waiting(), 3u);
  CAF_CHECK_EQUAL(figures->messages.load(), 0u);
  consume_message();
  CAF_CHECK_EQUAL(measured_actor().waiting(), 2u);
  consume_messages();
  CAF_CHECK_EQUAL(measured_actor().waiting(), 0u);
  CAF_CHECK_EQUAL(figures->messages.load(), 3u);
  CAF_CHECK(figures->busy_ticks.load() > 0u);
  CAF_CHECK_EQUAL(measured_actor().running_since(), 0u);
}

CAF_TEST(what is left in the mailbox for later still waits) {
  start();
  self->send(actor, std::string{"skip"});
  self->send(actor, 40);
  consume_messages();
  CAF_CHECK_EQUAL(measured_actor().waiting(), 1u);
  CAF_CHECK_EQUAL(figures->messages.load(), 1u);
  self->send(actor, std::string{"take"});
  consume_messages();
  CAF_CHECK_EQUAL(measured_actor().waiting(), 0u);
  CAF_CHECK_EQUAL(figures->messages.load(), 3u);
}

CAF_TEST(counts go on over restarts) {
  start();
  self->send(actor, std::string{"a"});
  consume_messages();
  self->send_exit(actor, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK_EQUAL(figures->messages.load(), 2u);
  start();
  CAF_CHECK_EQUAL(measured_actor().waiting(), 0u);
  self->send(actor, std::string{"a"});
  CAF_CHECK_EQUAL(measured_actor().waiting(), 1u);
  consume_messages();
  CAF_CHECK_EQUAL(figures->messages.load(), 3u);
}

CAF_TEST(the busy share is the same for everybody who asks) {
  busy_window window;
  const std::uint64_t from = ticks_now();
  std::uint64_t second = 1'000'000;
  while (duration_of_ticks(second) < 1s)
    second *= 2; // at least one
  CAF_CHECK_EQUAL(window.share(from, 0), 0.0);
  CAF_CHECK_EQUAL(window.share(from + second, second / 2), 0.5);
  CAF_CHECK_EQUAL(window.share(from + second + second / 100, second / 2), 0.5); // too soon for another
  CAF_CHECK_EQUAL(window.share(from + 2 * second, second / 2 + second / 4), 0.25);
}

#ifdef TROUPE_FAULTS

CAF_TEST(a silent actor takes messages and still ends when told) {
  CAF_REQUIRE(load_faults("node-1/listener:silent"));
  start();
  CAF_CHECK(!answers("a"));
  CAF_CHECK_EQUAL(measured_actor().waiting(), 0u);
  CAF_REQUIRE(load_faults("node-1/other:silent"));
  CAF_CHECK(answers("b"));
  CAF_REQUIRE(load_faults("node-1/listener:silent"));
  bool ended = false;
  actor->attach_functor([&] { ended = true; });
  self->send_exit(actor, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(ended);
}

CAF_TEST(an actor told to throw ends with the first message) {
  CAF_REQUIRE(load_faults("node-1/*:throw"));
  start();
  caf::error why;
  actor->attach_functor([&](const caf::error& x) { why = x; });
  self->send(actor, std::string{"a"});
  consume_messages();
  CAF_CHECK(why);
}

CAF_TEST(slow work takes many times as long) {
  CAF_REQUIRE(load_faults("node-1/listener:slow=1000"));
  start();
  CAF_CHECK(answers("a")); // microseconds of work: the sleep is short and seen as busy time
  CAF_CHECK(figures->busy_ticks.load() > 0u);
}

#endif

CAF_TEST_FIXTURE_SCOPE_END()
