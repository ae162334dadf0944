// A supervisor under the test coordinator: order of start and stop, restarts behind a stable door, strategies, giving
// up.
#define CAF_SUITE supervisor

#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/figures.hpp"
#include "actors/supervision/supervisor_actor.hpp"
#include "protocols/tree.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using log_ptr = std::shared_ptr<std::vector<std::string>>;

/// Answers "n" with its incarnation; fails on "die"; writes its life into the log.
child_spec probe(std::string name, log_ptr log, restart_when restart = restart_when::permanent) {
  auto born = std::make_shared<int>(0);
  child_spec spec;
  spec.name = name;
  spec.restart = restart;
  spec.start = [name, log, born](const child_context& ctx) {
    log->push_back("+" + name);
    auto life = ++*born;
    return ctx.spawn([name, log, life](caf::event_based_actor* self) -> caf::behavior {
      self->attach_functor([log, name] { log->push_back("-" + name); });
      return {[life](const get_tree&) { return static_cast<std::uint64_t>(life); },
              [self](const std::string& word) {
                self->quit(word == "die" ? to_caf({errc::internal, "died as told", {}}) : caf::error{});
              }};
    });
  };
  return spec;
}

struct fixture : deterministic_system {
  log_ptr log = std::make_shared<std::vector<std::string>>();
  std::vector<std::string> failures;
  std::map<std::string, caf::actor> doors;
  caf::actor root;
  supervisor_options options;

  fixture() {
    options.node = troupe::node_id{"node-1"};
    options.on_failure = [this](const std::string& path, const std::string& what, bool gave_up) {
      failures.push_back(path + ": " + what + (gave_up ? " (gave up)" : ""));
    };
  }
  ~fixture() {
    if (root)
      caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    run();
  }
  void start(std::vector<child_spec> children) {
    root = spawn_root_supervisor(sys, "node-1", options, std::move(children),
                                 [this](const std::string& name, const caf::actor& x) { doors[name] = x; });
    run();
  }
  std::uint64_t life_of(const std::string& name) {
    self->send(doors[name], get_tree{deadline::in(1s)});
    run();
    std::uint64_t result = 0;
    self->receive([&](std::uint64_t x) { result = x; }, caf::after(0s) >> [] {});
    return result;
  }
  tree_snapshot tree() {
    tree_snapshot result;
    self->send(root, get_tree{deadline::in(1s)});
    run();
    self->receive([&](tree_snapshot& x) { result = std::move(x); }, caf::after(0s) >> [] {});
    return result;
  }
  std::string lives() {
    std::string result;
    for (auto& x : *log)
      result += x + " ";
    log->clear();
    return result;
  }
  void tell(const std::string& name, const std::string& word) {
    self->send(doors[name], word);
    consume_messages();
  }
  void run() { consume_messages(); }
  /// The path of the actor that was restarted, or the code of the error.
  std::string restart(const std::string& path) {
    std::string result = "no answer";
    auto asked = self->request(root, 10s, restart_child{path, deadline::in(1s)});
    run();
    asked.receive([&](const actor_info& x) { result = x.path; },
                  [&](caf::error& e) { result = to_string(from_caf(e).code); });
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(supervisor_tests, fixture)

CAF_TEST(one of a thing is not said as many) {
  CAF_CHECK_EQUAL(how_many(0, "host"), "0 hosts");
  CAF_CHECK_EQUAL(how_many(1, "host"), "1 host");
  CAF_CHECK_EQUAL(how_many(1169, "host"), "1169 hosts");
}

namespace {

/// Says that it is ready when told to.
child_spec slow_starter(std::string name, log_ptr log) {
  child_spec spec;
  spec.name = name;
  spec.ready_within = 3s;
  spec.start = [name, log](const child_context& ctx) {
    log->push_back("+" + name);
    return ctx.spawn([ctx](caf::event_based_actor* self) -> caf::behavior {
      return {[ctx, self](const std::string&) { ctx.ready(self); }};
    });
  };
  return spec;
}

/// Takes what it is asked and does not come to the answer.
struct deaf : caf::event_based_actor {
  using caf::event_based_actor::event_based_actor;
  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    return x.mid.is_request() ? caf::invoke_message_result::consumed : caf::event_based_actor::consume(x);
  }
};

} // namespace

CAF_TEST(a child starts when the one before it has said that it is ready) {
  start({slow_starter("a", log), probe("b", log)});
  CAF_CHECK_EQUAL(lives(), "+a ");
  CAF_CHECK(tree().actors.at(1).state == actor_state::starting);
  tell("a", "ready");
  CAF_CHECK_EQUAL(lives(), "+b ");
  CAF_CHECK(tree().actors.at(1).state == actor_state::running);
  CAF_CHECK(failures.empty());
}

CAF_TEST(a child that does not get ready in time is said to be late and started again) {
  start({slow_starter("a", log), probe("b", log)});
  sched.advance_time(3s);
  run();
  CAF_REQUIRE(!failures.empty());
  CAF_CHECK_EQUAL(failures[0], "node-1/a: was not ready within its deadline");
  sched.advance_time(5s); // more than the first backoff
  run();
  CAF_CHECK_EQUAL(lives(), "+a +b +a "); // one that is late holds the others back no longer
  tell("a", "ready");
  CAF_CHECK(tree().actors.at(1).state == actor_state::running);
}

CAF_TEST(a child with a thread of its own that does not answer shows it) {
  child_spec spec;
  spec.name = "deaf";
  spec.detached = true;
  spec.start = [](child_context ctx) {
    ctx.detached = false; // on the test's thread
    return ctx.spawn([](deaf*) -> caf::behavior { return {[](int) {}}; });
  };
  start({spec});
  auto status = [this] { return tree().actors.at(1).status; };
  sched.advance_time(2s);
  run();
  CAF_CHECK_EQUAL(status(), "");
  sched.advance_time(7s);
  run();
  CAF_CHECK_EQUAL(status(), "has not answered for 7 s");
}

CAF_TEST(children start in order and stop in reverse) {
  start({probe("a", log), probe("b", log), probe("c", log)});
  CAF_CHECK_EQUAL(lives(), "+a +b +c ");
  self->send(root, stop_tree{"test", deadline::in(1s)});
  run();
  CAF_CHECK_EQUAL(lives(), "-c -b -a ");
  bool answered = false;
  self->receive([&](bool x) { answered = x; }, caf::after(0s) >> [] {});
  CAF_CHECK(answered);
  root = nullptr;
}

CAF_TEST(a sub - tree has started before the next child does) {
  auto inner = [&](const char* a, const char* b) { return std::vector<child_spec>{probe(a, log), probe(b, log)}; };
  start({supervisor_child("s", options, inner("a", "b")), probe("c", log),
         supervisor_child("t", options, {supervisor_child("u", options, inner("d", "e"))}), probe("f", log)});
  CAF_CHECK_EQUAL(lives(), "+a +b +c +d +e +f ");
}

CAF_TEST(a door made beforehand leads to the child) {
  auto spec = probe("a", log);
  spec.address = make_door(sys).address;
  doors["a"] = spec.address;
  caf::error seen;
  self->request(doors["a"], 10s, get_tree{deadline::in(1s)})
    .receive([](std::uint64_t) {}, [&](caf::error& e) { seen = e; });
  CAF_CHECK(from_caf(seen).code == errc::unavailable);
  start({spec});
  CAF_CHECK_EQUAL(life_of("a"), 1u);
}

CAF_TEST(a failed child comes back behind the same door) {
  start({probe("a", log), probe("b", log)});
  CAF_CHECK_EQUAL(life_of("a"), 1u);
  lives();
  tell("a", "die");
  sched.advance_time(0ms);
  run();
  CAF_CHECK_EQUAL(lives(), "-a +a ");
  CAF_CHECK_EQUAL(life_of("a"), 2u);
  CAF_CHECK_EQUAL(life_of("b"), 1u);
  CAF_REQUIRE_EQUAL(failures.size(), 1u);
  CAF_CHECK_EQUAL(failures[0], "node-1/a: died as told");
  auto snapshot = tree();
  CAF_REQUIRE_EQUAL(snapshot.actors.size(), 3u);
  CAF_CHECK_EQUAL(snapshot.actors[0].path, "node-1");
  CAF_CHECK_EQUAL(snapshot.actors[1].path, "node-1/a");
  CAF_CHECK_EQUAL(snapshot.actors[1].restarts, 1u);
  CAF_CHECK_EQUAL(snapshot.actors[1].last_error, "died as told");
  CAF_CHECK(snapshot.actors[1].state == actor_state::running);
}

CAF_TEST(while a child backs off requests fail at once) {
  start({probe("a", log)});
  tell("a", "die");
  sched.advance_time(0ms);
  run();
  tell("a", "die"); // the second in a row waits
  CAF_CHECK(tree().actors[1].state == actor_state::backing_off);
  caf::error seen;
  self->request(doors["a"], 10s, get_tree{deadline::in(1s)})
    .receive([](std::uint64_t) {}, [&](caf::error& e) { seen = e; });
  CAF_CHECK(from_caf(seen).code == errc::unavailable);
  CAF_CHECK_EQUAL(from_caf(seen).message, "the part of the engine that answers this is restarting");
  sched.advance_time(10s);
  run();
  CAF_CHECK_EQUAL(life_of("a"), 3u);
}

CAF_TEST(one for all takes every sibling along in order) {
  options.strategy = restart_strategy::one_for_all;
  start({probe("a", log), probe("b", log), probe("c", log)});
  lives();
  tell("b", "die");
  sched.advance_time(100ms);
  run();
  auto seen = lives();
  CAF_CHECK_EQUAL(seen.substr(seen.size() - 9), "+a +b +c ");
}

CAF_TEST(rest for one takes along those started after it) {
  options.strategy = restart_strategy::rest_for_one;
  start({probe("a", log), probe("b", log), probe("c", log)});
  lives();
  tell("b", "die");
  sched.advance_time(100ms);
  run();
  CAF_CHECK_EQUAL(lives(), "-b -c +b +c ");
  CAF_CHECK_EQUAL(life_of("a"), 1u);
}

CAF_TEST(transient children come back only from failure and temporary ones never) {
  start({probe("t", log, restart_when::transient), probe("x", log, restart_when::temporary)});
  lives();
  tell("t", "end");
  tell("x", "die");
  sched.advance_time(1s);
  run();
  CAF_CHECK_EQUAL(lives(), "-t -x ");
  CAF_CHECK_EQUAL(tree().actors.size(), 2u); // the temporary one is forgotten
}

CAF_TEST(failing too often gives up and ends the tree) {
  options.intensity = {2, 60000ms, 1ms, 1ms, 60000ms};
  start({probe("a", log), probe("b", log)});
  for (int i = 0; i < 3; ++i) {
    tell("b", "die");
    sched.advance_time(10ms);
    run();
  }
  CAF_REQUIRE_EQUAL(failures.size(), 3u);
  CAF_CHECK_EQUAL(failures.back(), "node-1/b: died as told (gave up)");
  auto seen = lives();
  CAF_CHECK_EQUAL(seen.substr(seen.size() - 3), "-a ");
  root = nullptr;
}

CAF_TEST(who waits for the start of a tree that stops before is told) {
  start({slow_starter("a", log), probe("b", log)});
  error why;
  sys.spawn([&, this](caf::event_based_actor* me) {
    me->request(root, 3600s, await_started{})
      .then([](bool) { CAF_ERROR("it never started"); }, [&](const caf::error& e) { why = from_caf(e); });
  });
  run();
  CAF_CHECK_EQUAL(why.message, "");
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  run();
  CAF_CHECK(why.code == errc::unavailable);
  CAF_CHECK_EQUAL(lives(), "+a "); // and never b
  root = nullptr;
}

CAF_TEST(who wants a child restarted that is removed meanwhile is told) {
  start({probe("a", log)});
  error why;
  sys.spawn([&, this](caf::event_based_actor* me) {
    me->request(root, 3600s, restart_child{"node-1/a", deadline::in(1s)})
      .then([](const actor_info&) { CAF_ERROR("it is gone"); }, [&](const caf::error& e) { why = from_caf(e); });
  });
  consume_message(); // sends it
  caf::anon_send(root, remove_child{"a"});
  run();
  CAF_CHECK(why.code == errc::not_found);
  CAF_CHECK_EQUAL(tree().actors.size(), 1u);
}

CAF_TEST(a supervisor that gives up is a failure of its parent) {
  auto inner = options;
  inner.intensity = {0, 60000ms, 1ms, 1ms, 60000ms};
  start({supervisor_child("s", inner, {probe("a", log)},
                          [this](const std::string& name, const caf::actor& x) { doors[name] = x; })});
  CAF_CHECK_EQUAL(tree().actors.size(), 3u);
  tell("a", "die");
  sched.advance_time(10ms);
  run();
  CAF_CHECK_EQUAL(life_of("a"), 2u);
  auto snapshot = tree();
  CAF_CHECK_EQUAL(snapshot.actors[1].path, "node-1/s");
  CAF_CHECK_EQUAL(snapshot.actors[1].restarts, 1u);
  CAF_CHECK(snapshot.actors[1].supervisor);
  CAF_CHECK_EQUAL(snapshot.actors[2].path, "node-1/s/a");
}

CAF_TEST(children can be added and restarted by path) {
  start({supervisor_child("s", options, {})});
  caf::actor added;
  self->send(doors["s"], add_child{probe("host/example.org", log)});
  run();
  self->receive([&](caf::actor& x) { added = x; }, caf::after(0s) >> [] {});
  CAF_REQUIRE(added);
  doors["h"] = added;
  CAF_CHECK_EQUAL(life_of("h"), 1u);
  self->send(root, restart_child{"node-1/s/host/example.org", deadline::in(1s)});
  run();
  CAF_CHECK_EQUAL(life_of("h"), 2u);
  std::string path;
  self->receive([&](actor_info& x) { path = x.path; }, caf::after(0s) >> [] {});
  CAF_CHECK_EQUAL(path, "node-1/s/host/example.org");
  errc code = errc::none;
  auto nobody = self->request(root, 10s, restart_child{"node-1/nobody", deadline::in(1s)});
  run();
  nobody.receive([](actor_info&) {}, [&](caf::error& e) { code = from_caf(e).code; });
  CAF_CHECK(code == errc::not_found);
}

CAF_TEST(a child that its owner adds again is only stopped and answered for when it is back) {
  start({supervisor_child("s", options, {}, [this](const std::string&, const caf::actor&) {})});
  auto spec = probe("x", log, restart_when::temporary);
  spec.added_again = true;
  auto add = [&] {
    self->send(doors["s"], add_child{spec});
    run();
    self->receive([](caf::actor&) {}, caf::after(0s) >> [] {});
  };
  add();
  lives();
  auto first = self->request(root, caf::infinite, restart_child{"node-1/s/x", deadline::in(10s)});
  run();
  CAF_CHECK_EQUAL(lives(), "-x ");
  actor_info back;
  auto keep = [&](const actor_info& x) { back = x; };
  add();
  first.receive(keep, [](caf::error&) {});
  CAF_CHECK_EQUAL(back.path, "node-1/s/x");
  CAF_CHECK(back.state == actor_state::running);
  CAF_CHECK_EQUAL(back.restarts, 1u);
  // Nobody adds it again: it is shown as it was left.
  auto second = self->request(root, caf::infinite, restart_child{"node-1/s/x", deadline::in(10s)});
  run();
  sched.advance_time(2900ms);
  run();
  back = {};
  sched.advance_time(100ms);
  run();
  second.receive(keep, [](caf::error&) {});
  CAF_CHECK_EQUAL(back.path, "node-1/s/x");
  CAF_CHECK(back.state == actor_state::stopped);
}

CAF_TEST(a child that backs off and a whole sub - tree are restarted when asked) {
  start({probe("a", log), supervisor_child("s", options, {probe("b", log)})});
  for (int i = 0; i < 2; ++i) {
    tell("a", "die");
    sched.advance_time(0ms);
    run();
  }
  CAF_CHECK(tree().actors[1].state == actor_state::backing_off);
  lives();
  CAF_CHECK_EQUAL(restart("node-1/a"), "node-1/a");
  CAF_CHECK_EQUAL(lives(), "+a ");
  CAF_CHECK(tree().actors[1].state == actor_state::running);
  CAF_CHECK_EQUAL(restart("node-1/s"), "node-1/s");
  CAF_CHECK_EQUAL(lives(), "-b +b ");
  CAF_CHECK_EQUAL(restart("node-1"), "conflict");
  CAF_CHECK_EQUAL(restart("node-1/s/nobody"), "not_found");
}

CAF_TEST(what is below a sub - tree that does not run is a conflict) {
  auto failing = options;
  failing.intensity = {0, 60000ms, 1ms, 1ms, 60000ms};
  start({supervisor_child("s", failing, {probe("a", log)},
                          [this](const std::string& name, const caf::actor& x) { doors[name] = x; })});
  for (int i = 0; i < 2; ++i) {
    tell("a", "die"); // takes its supervisor with it
    sched.advance_time(0ms);
    run();
  }
  CAF_CHECK(tree().actors[1].state == actor_state::backing_off);
  CAF_CHECK_EQUAL(restart("node-1/s/a"), "conflict");
}

CAF_TEST(a child that does not stop is killed or ends the process) {
  std::vector<std::string> ended;
  options.end_process = [&](const std::string& path) { ended.push_back(path); };
  std::vector<caf::actor> threads;
  auto deaf = [&threads](const char* name, bool detached) {
    child_spec spec;
    spec.name = name;
    spec.stop_within = 100ms;
    spec.start = [&threads](const child_context& ctx) {
      caf::actor made = ctx.supervisor->spawn([](caf::event_based_actor* child) -> caf::behavior {
        child->set_exit_handler([child](const caf::exit_msg& x) {
          if (x.reason == caf::exit_reason::kill)
            child->quit(x.reason);
        });
        return {[](int) {}};
      });
      threads.push_back(made);
      return made;
    };
    spec.detached = detached; // how it is spawned is the factory's: here it runs on the test's thread
    return spec;
  };
  start({deaf("thread", true), deaf("worker", false)});
  self->send(root, stop_tree{"test", deadline::in(1s)});
  run();
  sched.advance_time(100ms);
  run();
  CAF_CHECK_EQUAL(ended.size(), 0u);
  CAF_CHECK_EQUAL(failures.back(), "node-1/worker: did not stop within its deadline");
  sched.advance_time(100ms);
  run();
  CAF_REQUIRE_EQUAL(ended.size(), 1u);
  CAF_CHECK_EQUAL(ended[0], "node-1/thread");
  CAF_CHECK_EQUAL(failures.back(), "node-1/thread: did not stop within its deadline");
  auto thread = tree().actors;
  CAF_REQUIRE_EQUAL(thread.size(), 3u);
  CAF_CHECK(thread[1].state == actor_state::draining);
  self->send_exit(threads[0], caf::exit_reason::kill);
  run();
  root = nullptr;
}

CAF_TEST(supervisors count their own messages) {
  start({supervisor_child("s", options, {probe("a", log)})});
  auto before = tree().actors[1].messages;
  tree();
  auto now = tree().actors;
  CAF_CHECK_EQUAL(now[1].messages, before + 2);
  CAF_CHECK(now[0].messages > 0u);
  CAF_CHECK_EQUAL(now[0].queue, 0u);
}

CAF_TEST(a factory that throws is a failed start) {
  auto broken = probe("a", log);
  broken.start = [](const child_context&) -> caf::actor { throw std::runtime_error{"no file"}; };
  options.intensity = {3, 60000ms, 1ms, 1ms, 60000ms};
  start({broken});
  sched.advance_time(1s);
  run();
  CAF_CHECK_EQUAL(failures.size() >= 1, true);
  CAF_CHECK_EQUAL(failures[0], "node-1/a: no file");
}

CAF_TEST_FIXTURE_SCOPE_END()
