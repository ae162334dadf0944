// The wrapper around every actor: what it counts, and the faults that are put there.
#define CAF_SUITE measured

#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/system_messages.hpp>

#include "actors/supervision/child.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

struct kept {
  int words = 0;
};

/// Counts words; "skip" makes it leave numbers in the mailbox until "take"; "ask" asks itself, in vain.
caf::behavior listener(caf::stateful_actor<kept>* self) {
  caf::message_handler hears{[self](const std::string& word) -> std::string {
    ++self->state.words;
    if (word == "throw")
      throw std::runtime_error{"as told"};
    if (word == "skip")
      self->set_default_handler(caf::skip);
    if (word == "ask")
      self->request(caf::actor_cast<caf::actor>(self), 1s, 0).then([](int) {}, [](const caf::error&) {});
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

CAF_TEST(every actor answers what supervisors ask those with a thread of their own) {
  start();
  auto asked = self->request(actor, 1s, caf::sys_atom::value, caf::get_atom::value, std::string{"info"});
  consume_messages();
  bool answered = false;
  asked.receive(
    [&](caf::ok_atom, const std::string&, const caf::strong_actor_ptr&, const std::string&) { answered = true; },
    [](const caf::error&) {});
  CAF_CHECK(answered);
}

CAF_TEST(the message that an actor with a thread of its own works on is known) {
  auto looks = [this](caf::event_based_actor* child) -> caf::behavior {
    return {[this, child](int) {
      auto running = figures->meter_of(child->id());
      auto now = ticks_now();
      CAF_CHECK(running->running_since() != 0u);
      CAF_CHECK(running->running_since() <= now);
      CAF_CHECK(running->busy(now + 1000) >= figures->busy_ticks.load() + 1000);
      CAF_CHECK_EQUAL(running->waiting(), 1u);
    }};
  };
  actor = spawn_measured<caf::no_spawn_options>(sys, caf::actor_config{}, measuring{figures, "node-1/x", true}, looks);
  consume_messages();
  self->send(actor, 1);
  self->send(actor, std::string{"dropped"});
  consume_message();
  CAF_CHECK_EQUAL(figures->messages.load(), 1u);
  CAF_CHECK_EQUAL(measured_actor().running_since(), 0u);
  CAF_CHECK_EQUAL(measured_actor().waiting(), 1u);
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

CAF_TEST(the count is right after each turn however quick they come) {
  start();
  for (int i = 0; i < 300; ++i)
    self->send(actor, "a");
  for (std::uint64_t i = 1; i <= 300; ++i) {
    consume_message();
    if (figures->messages.load() != i || measured_actor().waiting() != 300 - i)
      CAF_FAIL("after " << i << " messages: " << figures->messages.load() << " taken, " << measured_actor().waiting()
                        << " wait");
  }
}

CAF_TEST(an answer that nobody waits for any more is taken too) {
  start();
  self->send(actor, "ask");
  consume_messages();
  auto before = figures->messages.load();
  for (int i = 0; i < 300; ++i) {
    actor->enqueue(nullptr, caf::make_message_id(1000).response_id(), caf::make_message(i), nullptr);
    self->send(actor, "a");
  }
  for (std::uint64_t i = 1; i <= 300; ++i) {
    consume_message(); // both, since CAF does not count what it drops
    if (figures->messages.load() != before + 2 * i)
      CAF_FAIL("after " << i << " turns: " << figures->messages.load() - before << " taken");
  }
}

CAF_TEST(what waits when an actor ends is not counted as taken) {
  start();
  self->send(actor, "a");
  self->send(actor, "throw");
  self->send(actor, "b");
  consume_messages();
  CAF_CHECK_EQUAL(figures->messages.load(), 2u);
}

CAF_TEST(each thread that sends is counted) {
  arrival_count count;
  std::vector<std::thread> senders;
  for (int i = 0; i < 20; ++i)
    senders.emplace_back([&] {
      for (int n = 0; n < 1000; ++n)
        if (!count.one_more())
          count.one_more_of_many();
    });
  for (auto& x : senders)
    x.join();
  CAF_CHECK_EQUAL(count.total(), 20'000u);
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

// -- on threads of their own ----------------------------------------------------------------------------------------

CAF_TEST(the queue of an actor that hangs goes on growing) {
  for (auto detached : {false, true}) {
    caf::actor_system_config config;
    config.set("scheduler.max-threads", 2);
    caf::actor_system sys{config};
    auto figures = std::make_shared<actor_figures>();
    std::promise<void> hangs, on;
    auto stuck = [&](caf::event_based_actor* self) -> caf::behavior {
      return {[&](int) {
                hangs.set_value();
                on.get_future().wait();
              },
              [self](const std::string&) { self->quit(); }};
    };
    measuring what{figures, "node-1/x", detached};
    auto actor = detached ? spawn_measured<caf::detached>(sys, caf::actor_config{}, what, stuck)
                          : spawn_measured<caf::no_spawn_options>(sys, caf::actor_config{}, what, stuck);
    caf::anon_send(actor, 1);
    hangs.get_future().wait();
    for (std::uint64_t i = 1; i < 100; ++i) {
      caf::anon_send(actor, std::string{"end"});
      if (figures->meter_of(actor.id())->waiting() != i)
        CAF_FAIL("after " << i << " messages: " << figures->meter_of(actor.id())->waiting());
    }
    on.set_value();
    actor = nullptr;
    sys.await_all_actors_done();
    CAF_CHECK_EQUAL(figures->messages.load(), 2u);
  }
}

CAF_TEST(no message and no turn is lost between threads) {
  constexpr int threads = 4, each = 20'000;
  for (auto detached : {false, true}) {
    caf::actor_system_config config;
    config.set("scheduler.max-threads", 4).set("scheduler.max-throughput", 5);
    caf::actor_system sys{config};
    auto figures = std::make_shared<actor_figures>();
    auto counts = [n = std::make_shared<int>(0)](caf::event_based_actor* self) -> caf::behavior {
      return {[n, self](int) {
        if (++*n == threads * each)
          self->quit();
      }};
    };
    measuring what{figures, "node-1/x", detached};
    auto actor = detached ? spawn_measured<caf::detached>(sys, caf::actor_config{}, what, counts)
                          : spawn_measured<caf::no_spawn_options>(sys, caf::actor_config{}, what, counts);
    std::vector<std::thread> senders;
    for (int i = 0; i < threads; ++i)
      senders.emplace_back([actor] {
        for (int n = 0; n < each; ++n)
          caf::anon_send(actor, n);
      });
    for (auto& x : senders)
      x.join();
    actor = nullptr;
    sys.await_all_actors_done();
    CAF_CHECK_EQUAL(figures->messages.load(), std::uint64_t{threads} * each);
  }
}
