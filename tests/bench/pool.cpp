// Raw pool items: how many no-op pieces of work a second pass through the real embed pool with two workers.
//   bench_pool [items]        default 300,000
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/embed/embed_actor.hpp"
#include "actors/flow/swept_requests.hpp"
#include "actors/flow/work_messages.hpp"
#include "protocols/actors/interfaces.hpp"
#include "protocols/actors/registration.hpp"

using namespace troupe;

namespace {

struct bench_config : caf::actor_system_config {
  bench_config() {
    register_messages(*this);
    set("scheduler.max-throughput", 5); // as in a node
    set("scheduler.max-threads", std::max(2u, std::thread::hardware_concurrency()));
  }
};

/// A worker that has nothing to do.
caf::behavior idle_worker(caf::event_based_actor* self) {
  return {
    [self](const call_to_work& x) {
      self->send(x.pool, worker_ready{caf::actor{self}, x.number, 64});
    },
    [self](const leased_work<embed_document>& x) {
      embedded_document done;
      done.document = x.work->content.id;
      self->send(caf::actor_cast<caf::actor>(self->current_sender()),
                 done_with(x, expected<embedded_document>{std::move(done)}));
    },
  };
}

/// A session that offers everything, submits what it is granted, as the engine's do, and ends when all is answered.
struct session_state {
  swept_requests requests;
  std::uint32_t left = 0;
  std::uint32_t failed = 0;
  caf::actor who;

  explicit session_state(caf::event_based_actor* self) : requests(self) {}
};

caf::behavior session(caf::stateful_actor<session_state>* self, const caf::actor& pool, std::uint32_t items,
                      const caf::actor& who) {
  self->state.left = items;
  self->state.who = who;
  self->send(pool, offer_work{"bench", work_queue::embed, priority_class::standard, items, 0, 0},
             caf::actor_cast<work_source_actor>(caf::actor{self}));
  auto until = deadline::in(std::chrono::seconds{600});
  auto count = [self](std::uint32_t failed) {
    self->state.failed += failed;
    if (--self->state.left > 0)
      return;
    self->send(self->state.who, self->state.failed);
    self->quit();
  };
  return {[=](const grant_work& x) {
    for (std::uint32_t i = 0; i < x.items; ++i) {
      embed_document one;
      one.until = until;
      one.source = "bench";
      self->state.requests.ask<embedded_document>(
        pool, until.at, std::move(one), [=](const embedded_document&) { count(0); },
        [=](const caf::error&) { count(1); });
    }
  }};
}

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

} // namespace

int main(int argc, char** argv) {
  auto items = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 300000);
  bench_config config;
  caf::actor_system system{config};
  auto figures = std::make_shared<actor_figures>();
  caf::actor pool;
  auto workers = std::vector{system.spawn(idle_worker), system.spawn(idle_worker)};
  auto parent = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    child_context ctx;
    ctx.supervisor = self;
    ctx.figures = figures;
    std::vector<embedder_actor> handles;
    for (const auto& x : workers)
      handles.push_back(caf::actor_cast<embedder_actor>(x));
    pool = spawn_embed(ctx, handles);
    return {[](const std::string&) { return true; }};
  });
  caf::scoped_actor self{system};
  self->request(parent, std::chrono::seconds{10}, std::string{"ready?"}).receive([](bool) {}, [](const caf::error&) {});
  auto start = std::chrono::steady_clock::now();
  auto cpu = cpu_seconds();
  system.spawn(session, pool, items, caf::actor{self.ptr()});
  std::uint32_t failed = 0;
  self->receive([&](std::uint32_t n) { failed = n; });
  auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  auto spent = cpu_seconds() - cpu;
  std::printf("%u items, %u failed: %.0f a second, %.1f us of processor time each\n", items, failed, items / took,
              1e6 * spent / items);
  for (const auto& x : workers)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(pool, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(parent, caf::exit_reason::user_shutdown);
  return failed == 0 ? 0 : 1;
}
