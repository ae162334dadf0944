// The supervisor's decisions against a world of simple rules: random failures, late stops, operators. And the order of
// starts.
#define CAF_SUITE supervision_machine

#include <deque>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "actors/supervision/supervision_machine.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using act = supervision_action::what;
using time_point = supervision_machine::time_point;

/// What children do, in virtual time, and what a supervisor must never do to them.
struct world {
  struct child {
    supervised_kind kind;
    bool alive = false, told_to_stop = false, late = false, done = false;
    time_point started{};
    std::vector<time_point> failures;
  };
  struct happening {
    enum { timer, down, ready } kind;
    std::uint64_t serial;
    std::uint64_t life;
    supervision_timer wake;
  };

  explicit world(std::uint64_t seed_)
    : seed(seed_), random(seed_), strategy(static_cast<restart_strategy>(seed_ % 3)),
      machine(strategy, limits, [this] { return std::uniform_real_distribution<>{}(random); }) {}

  std::uint64_t seed;
  std::mt19937_64 random;
  restart_strategy strategy;
  restart_intensity limits{6, 2000ms, 10ms, 200ms, 1000ms};
  supervision_machine machine;
  time_point now{1000s};
  std::map<std::uint64_t, child> children;
  std::map<std::uint64_t, std::uint64_t> lives; // starts so far
  std::multimap<time_point, happening> ahead;
  std::map<std::uint64_t, time_point> must_start_after; // a sibling's failure took it along
  std::uint64_t next_serial = 1;
  int expected_failures = 0, seen_failures = 0, all_started = 0;
  bool expect_give_up = false, gave_up = false, exited = false, ended = false, kind_world = false;

  bool chance(double p) { return std::uniform_real_distribution<>{}(random) < p; }
  std::chrono::milliseconds up_to(std::chrono::milliseconds x) {
    return std::chrono::milliseconds{std::uniform_int_distribution<std::int64_t>{0, x.count()}(random)};
  }
  void must(bool x, const char* what, std::uint64_t serial = 0) {
    if (!x)
      CAF_FAIL("seed " << seed << ", child " << serial << " in state " << static_cast<int>(machine.state(serial))
                       << ": " << what);
  }

  supervised_kind any_kind() {
    supervised_kind x;
    x.back_after_failure = chance(0.8);
    x.back_after_end = x.back_after_failure && chance(0.7);
    x.detached = chance(0.2);
    x.stop_within = 100ms;
    if (chance(0.3))
      x.ready_within = 50ms;
    return x;
  }

  /// Counts one failure by the rule "more than `max_restarts` within `window`".
  void model_failure(std::uint64_t serial) {
    auto& all = children[serial].failures;
    all.push_back(now);
    auto recent = std::count_if(all.begin(), all.end(), [&](auto t) { return now - t <= limits.window; });
    if (recent > static_cast<std::ptrdiff_t>(limits.max_restarts))
      expect_give_up = true;
    else
      ++expected_failures;
    if (expect_give_up || strategy == restart_strategy::one_for_one)
      return;
    for (auto& [other, y] : children)
      if (other != serial && (strategy == restart_strategy::one_for_all || other > serial) && y.kind.back_after_end)
        must_start_after[other] = now;
    must_start_after[serial] = now;
  }

  void carry_out(supervision_actions actions) {
    std::deque<supervision_action> open{actions.begin(), actions.end()};
    auto then = [&](const supervision_actions& more) { open.insert(open.end(), more.begin(), more.end()); };
    while (!open.empty()) {
      auto x = open.front();
      open.pop_front();
      child nobody;
      auto& c = x.serial == 0 ? nobody : children[x.serial];
      switch (x.kind) {
      case act::start:
        must(!c.alive && !ended, "started while alive", x.serial);
        ++lives[x.serial];
        c.told_to_stop = c.late = c.done = false;
        c.started = now;
        if (!kind_world && chance(0.1)) {
          if (!machine.stopping() && machine.state(x.serial) == life::starting)
            model_failure(x.serial);
          then(machine.start_failed(x.serial, now));
          break;
        }
        c.alive = true;
        if (c.kind.ready_within > 0ms && (kind_world || chance(0.8)))
          ahead.insert({now + up_to(40ms), {happening::ready, x.serial, lives[x.serial], {}}});
        then(machine.started(x.serial, now));
        break;
      case act::stop:
        must(c.alive && !c.told_to_stop, "stopped twice or dead", x.serial);
        c.told_to_stop = true;
        if (kind_world || chance(0.9))
          ahead.insert({now + up_to(90ms), {happening::down, x.serial, lives[x.serial], {}}});
        break;
      case act::kill:
        must(c.alive && c.told_to_stop && !c.kind.detached, "killed without need", x.serial);
        ahead.insert({now, {happening::down, x.serial, lives[x.serial], {}}});
        break;
      case act::exit_process:
        must(c.alive && c.told_to_stop && c.kind.detached, "ended the process without need", x.serial);
        exited = true;
        return;
      case act::schedule:
        ahead.insert({now + x.delay, {happening::timer, x.serial, 0, x.timer}});
        break;
      case act::report_failure:
        ++seen_failures;
        break;
      case act::report_late:
        if (!c.told_to_stop)
          c.late = true;
        break;
      case act::forget:
        must(!c.alive, "forgotten while alive", x.serial);
        must_start_after.erase(x.serial);
        children.erase(x.serial);
        break;
      case act::all_started:
        ++all_started;
        break;
      case act::give_up:
        gave_up = true;
        break;
      case act::all_stopped:
        for (auto& [serial, y] : children)
          must(!y.alive, "still alive when all had stopped", serial);
        ended = true;
        break;
      }
    }
    must(gave_up == expect_give_up, "gave up at the wrong failure");
    must(seen_failures == expected_failures, "counted failures otherwise");
  }

  void die(std::uint64_t serial, bool normal) {
    auto& c = children[serial];
    c.alive = false;
    auto& k = c.kind;
    if (machine.stopping()) {
    } else if (!c.told_to_stop && !k.back_after_failure) {
      expected_failures += normal ? 0 : 1;
    } else if (!c.told_to_stop && (k.back_after_end || !normal)) {
      model_failure(serial);
    } else if (!c.told_to_stop) {
      c.done = true;
      must_start_after.erase(serial);
    } else if (c.late && machine.state(serial) == life::stopping) {
      model_failure(serial);
    }
    carry_out(machine.down(serial, normal, now));
  }

  void step() { // to the next thing that happens
    auto [at, x] = *ahead.begin();
    ahead.erase(ahead.begin());
    now = std::max(now, at);
    auto i = children.find(x.serial);
    if (x.kind == happening::timer)
      carry_out(machine.woken(x.wake));
    else if (i == children.end() || lives[x.serial] != x.life || !i->second.alive)
      return;
    else if (x.kind == happening::ready)
      carry_out(machine.ready(x.serial));
    else
      die(x.serial, false);
  }

  std::uint64_t someone() {
    return children.empty() ? 0 : std::next(children.begin(), static_cast<int>(random() % children.size()))->first;
  }

  void operate() {
    auto serial = someone();
    auto what = random() % 100;
    if (what < 50 && !ahead.empty())
      step();
    else if (what < 55 || serial == 0) {
      if (children.size() < 8 && !machine.stopping()) {
        children[next_serial].kind = any_kind();
        carry_out(machine.add(next_serial, children[next_serial].kind));
        ++next_serial;
      }
    } else if (what < 75) {
      if (children[serial].alive && !children[serial].told_to_stop)
        die(serial, chance(0.3));
    } else if (what < 80) {
      children[serial].late = false; // whatever it was, it ends by our wish now
      carry_out(machine.remove(serial));
    } else if (what < 90) {
      if (machine.may_restart(serial) && children[serial].late)
        children[serial].late = false;
      carry_out(machine.restart(serial));
    } else {
      now += up_to(600ms);
    }
  }

  /// Nothing fails any more: what must run in the end does, and everything can be stopped.
  void finish() {
    kind_world = true;
    for (auto& [serial, c] : children)
      if (c.alive && c.kind.ready_within > 0ms)
        ahead.insert({now, {happening::ready, serial, lives[serial], {}}});
    for (int i = 0; i < 10000 && !ahead.empty() && !over(); ++i)
      step();
    if (over())
      return;
    must(ahead.empty(), "never comes to rest");
    for (auto& [serial, c] : children) {
      must(c.alive == (machine.state(serial) == life::running), "its state is another", serial);
      must(c.alive || c.done, "does not run in the end", serial);
      if (auto i = must_start_after.find(serial); i != must_start_after.end())
        must(c.started >= i->second, "was not taken along", serial);
    }
    must(all_started == 1, "told more or less than once that all have started");
    carry_out(machine.stop_all());
    for (int i = 0; i < 10000 && !ahead.empty() && !ended; ++i)
      step();
    must(ended, "did not stop");
  }
  [[nodiscard]] bool over() const { return exited || ended || gave_up; }
};

std::string words(const supervision_actions& actions) {
  static const char* const names[] = {"start", "stop",   "kill",        "exit",    "schedule",   "failure",
                                      "late",  "forget", "all-started", "give-up", "all-stopped"};
  std::ostringstream out;
  for (auto& x : actions)
    if (x.kind != act::schedule)
      out << names[static_cast<int>(x.kind)] << (x.serial != 0 ? std::to_string(x.serial) : "") << ' ';
  return out.str();
}

supervision_timer only_timer(const supervision_actions& actions, supervision_timer::what kind) {
  for (auto& x : actions)
    if (x.kind == act::schedule && x.timer.kind == kind)
      return x.timer;
  CAF_FAIL("no such timer");
  return {};
}

struct fixture {
  time_point t{1000s};
  supervision_machine make(restart_strategy strategy, int n, supervised_kind kind = {}) {
    supervision_machine m{strategy, {}, [] { return 0.0; }};
    for (int i = 1; i <= n; ++i)
      m.plan(static_cast<std::uint64_t>(i), kind);
    return m;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(supervision_machine_tests, fixture)

CAF_TEST(random operations leave what must run running) {
  auto first = std::random_device{}();
  int operations = 0, stops = 0, gave_up = 0, exits = 0;
  // On until one gave up: seven do so on average, so that once in a thousand runs none did.
  for (std::uint64_t seed = first; operations < 40000 || (gave_up == 0 && operations < 400000); ++seed) {
    CAF_MESSAGE("seed " << seed);
    world w{seed};
    for (int i = 0; i < 4; ++i) {
      w.children[w.next_serial].kind = w.any_kind();
      w.machine.plan(w.next_serial, w.children[w.next_serial].kind);
      ++w.next_serial;
    }
    w.carry_out(w.machine.begin());
    for (int i = 0; i < 200 && !w.over(); ++i, ++operations)
      w.operate();
    if (!w.over())
      w.finish();
    stops += w.ended;
    gave_up += w.gave_up;
    exits += w.exited;
  }
  CAF_MESSAGE("first seed " << first << ": " << operations << " operations, " << stops << " stopped, " << gave_up
                            << " gave up, " << exits << " ended the process");
  CAF_CHECK(stops > 0);
  CAF_CHECK(gave_up > 0);
  CAF_CHECK(exits > 0);
}

CAF_TEST(each child waits for the one before it to be ready) {
  supervised_kind kind;
  kind.ready_within = 100ms;
  auto m = make(restart_strategy::one_for_one, 2, kind);
  CAF_CHECK_EQUAL(words(m.begin()), "start1 ");
  auto waits = m.started(1, t);
  CAF_CHECK_EQUAL(words(waits), "");
  CAF_CHECK(m.state(1) == life::starting);
  CAF_CHECK_EQUAL(words(m.ready(1)), "start2 ");
  CAF_CHECK_EQUAL(words(m.woken(only_timer(waits, supervision_timer::what::ready_by))), ""); // too late to matter
  waits = m.started(2, t);
  CAF_CHECK_EQUAL(words(m.woken(only_timer(waits, supervision_timer::what::ready_by))), "late2 stop2 all-started ");
  auto failed = m.down(2, true, t + 100ms); // what it says of its end does not matter
  CAF_CHECK_EQUAL(words(failed), "failure2 ");
  CAF_CHECK_EQUAL(words(m.woken(only_timer(failed, supervision_timer::what::start_again))), "start2 ");
  CAF_CHECK_EQUAL(m.restarts(2), 1u);
}

CAF_TEST(one who fails takes its siblings along in order) {
  auto m = make(restart_strategy::rest_for_one, 3);
  auto all = m.begin();
  for (std::uint64_t i = 1; i <= 3; ++i)
    (void)m.started(i, t);
  auto failed = m.down(2, false, t);
  CAF_CHECK_EQUAL(words(failed), "failure2 stop3 ");
  CAF_CHECK_EQUAL(words(m.woken(only_timer(failed, supervision_timer::what::start_again))), ""); // 3 still stops
  CAF_CHECK_EQUAL(words(m.down(3, true, t)), "start2 ");
  CAF_CHECK_EQUAL(words(m.started(2, t)), "start3 ");
}

CAF_TEST(a child that backs off is restarted now when asked) {
  auto m = make(restart_strategy::one_for_one, 1);
  (void)m.begin();
  (void)m.started(1, t);
  auto failed = m.down(1, false, t);
  CAF_CHECK(m.state(1) == life::backing_off);
  CAF_CHECK_EQUAL(words(m.restart(1)), "start1 ");
  CAF_CHECK_EQUAL(words(m.woken(only_timer(failed, supervision_timer::what::start_again))), "");
}

CAF_TEST(children stop in reverse and those that do not are killed or end the process) {
  supervision_machine m{restart_strategy::one_for_one, {}, [] { return 0.0; }};
  supervised_kind thread;
  thread.detached = true;
  m.plan(1, thread);
  m.plan(2, {});
  (void)m.begin();
  (void)m.started(1, t);
  (void)m.started(2, t);
  auto stopping = m.stop_all();
  CAF_CHECK_EQUAL(words(stopping), "stop2 ");
  CAF_CHECK_EQUAL(words(m.woken(only_timer(stopping, supervision_timer::what::stop_by))), "late2 kill2 ");
  auto next = m.down(2, false, t);
  CAF_CHECK_EQUAL(words(next), "stop1 ");
  CAF_CHECK_EQUAL(words(m.woken(only_timer(next, supervision_timer::what::stop_by))), "late1 exit1 ");
  CAF_CHECK_EQUAL(words(m.woken(only_timer(stopping, supervision_timer::what::all_stopped_by))), "exit1 ");
  CAF_CHECK_EQUAL(words(m.down(1, false, t)), "all-stopped ");
}

CAF_TEST_FIXTURE_SCOPE_END()
