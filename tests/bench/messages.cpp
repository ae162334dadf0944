// What the wrapper around every actor costs: the same actors plain and measured, in alternating runs.
//   bench_messages [pairs]      default 101 pairs of short runs of each case
// Processor time a message, since other programs on the machine change elapsed time more than the wrapper does.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/supervision/measured.hpp"

using namespace troupe;

namespace {

using many_atom = caf::atom_constant<caf::atom("many")>;
using one_atom = caf::atom_constant<caf::atom("one")>;
using done_atom = caf::atom_constant<caf::atom("done")>;
constexpr std::chrono::seconds patience{120};

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct counter_state {
  std::uint64_t sum = 0;
};

/// Adds up what it is told; tells the sum to whoever asks for it. No requests: their timers would cost more than
/// messages.
caf::behavior counter(caf::stateful_actor<counter_state>* self) {
  return {[self](std::uint64_t x) { self->state.sum += x; },
          [self](one_atom, const caf::actor& from) { self->send(from, done_atom::value, self->state.sum); }};
}

struct driver_state {
  std::uint64_t left = 0;
  std::uint64_t burst = 0;
  caf::response_promise done;
};

/// Sends in bursts with a question at the end of each, so that mailboxes stay short.
void burst(caf::stateful_actor<driver_state>* self, const caf::actor& to) {
  auto n = std::min(self->state.left, self->state.burst);
  if (n == 0)
    return self->state.done.deliver(done_atom::value);
  self->state.left -= n;
  for (std::uint64_t i = 1; i < n; ++i)
    self->send(to, std::uint64_t{1});
  self->send(to, one_atom::value, caf::actor_cast<caf::actor>(self));
}

caf::behavior driver(caf::stateful_actor<driver_state>* self, const caf::actor& to) {
  return {[self, to](many_atom, std::uint64_t n, std::uint64_t at_once) {
            self->state.left = n;
            self->state.burst = at_once;
            auto promise = self->state.done = self->make_response_promise();
            burst(self, to);
            return promise;
          },
          [self, to](done_atom, std::uint64_t) { burst(self, to); }};
}

template <caf::spawn_options Options, class F, class... Ts>
caf::actor make(caf::actor_system& system, bool with, F fun, Ts... xs) {
  if (!with)
    return system.spawn<Options>(fun, xs...);
  measuring what{std::make_shared<actor_figures>(), "bench", Options == caf::detached};
  return spawn_measured<Options>(system, caf::actor_config{}, what, fun, xs...);
}

/// Nanoseconds of processor time a message.
template <caf::spawn_options Options>
double run(caf::actor_system& system, std::uint64_t n, std::uint64_t at_once, bool with) {
  auto to = make<Options>(system, with, counter);
  auto from = make<caf::no_spawn_options>(system, with, driver, to);
  caf::scoped_actor self{system};
  auto start = cpu_seconds();
  self->request(from, patience, many_atom::value, n, at_once)
    .receive([](done_atom) {},
             [](const caf::error&) {
               std::fputs("bench_messages: a run did not end in time.\n", stderr);
               std::exit(1);
             });
  auto spent = cpu_seconds() - start;
  self->send_exit(from, caf::exit_reason::user_shutdown);
  self->send_exit(to, caf::exit_reason::user_shutdown);
  return spent * 1e9 / static_cast<double>(n);
}

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x[x.size() / 2];
}

template <caf::spawn_options Options>
void compare(const char* name, caf::actor_system& system, int pairs, std::uint64_t n, std::uint64_t at_once) {
  std::vector<double> plain, measured_, ratios;
  for (int i = 0; i < pairs; ++i) {
    auto first = i % 2 == 0; // whoever runs second finds warmer caches
    auto a = run<Options>(system, n, at_once, first);
    auto b = run<Options>(system, n, at_once, !first);
    plain.push_back(first ? b : a);
    measured_.push_back(first ? a : b);
    ratios.push_back(plain.back() / measured_.back());
  }
  std::printf("%-28s plain %7.1f ns  measured %7.1f ns  throughput ratio: median %.4f, of the fastest %.4f\n", name,
              median(plain), median(measured_), median(ratios),
              *std::min_element(plain.begin(), plain.end()) / *std::min_element(measured_.begin(), measured_.end()));
}

} // namespace

int main(int argc, char** argv) {
  auto pairs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 101;
  caf::actor_system_config config;
  config.set("scheduler.max-throughput", 5); // as in a node
  config.set("scheduler.max-threads", 2);
  caf::actor_system system{config};
  compare<caf::no_spawn_options>("messages, scheduled", system, pairs, 50'000, 500);
  compare<caf::detached>("messages, detached", system, pairs, 50'000, 500);
  compare<caf::no_spawn_options>("one at a time, scheduled", system, pairs, 10'000, 1);
  compare<caf::detached>("one at a time, detached", system, pairs, 2'000, 1);
}
