// Message flow of the pool (the pool itself: actors/flow/work_pool.hpp):
//
//   session ──offer_work──▶ pool ──grant_work──▶ session ──embed_document──▶ pool
//                           pool ──leased_work──▶ worker ──work_done──▶ pool ──embedded_document──▶ session
//   session ──abort_fetches──▶ pool      (drop what was submitted under this source)
//   index ──embed_query──▶ pool (answered at once)
#include "actors/embed/embed_actor.hpp"

#include <caf/stateful_actor.hpp>

#include "actors/embed/hashed_model.hpp"
#include "actors/flow/pool_desk.hpp"

namespace troupe {

namespace {

/// Pool → itself: look at the time.
struct embed_tick {};

} // namespace

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::embed_tick)

namespace troupe {

namespace {

struct embed_state {
  // -- wiring
  caf::event_based_actor* self = nullptr;
  figures_ptr figures;
  std::unique_ptr<embedding_model> model; ///< for queries

  // -- work
  pool_desk<embed_document, embedded_document> desk;
  bool ticking = false;
  std::uint64_t done = 0;

  caf::result<embedded_document> take(embed_document& x);
  caf::result<embedding> query(const embed_query& x);
  void tick();
  /// After every change.
  void settle();
  void show();
};

caf::result<embedded_document> embed_state::take(embed_document& x) {
  auto promise = self->make_response_promise<embedded_document>();
  auto work = std::make_shared<embed_document>(std::move(x));
  work->content.markdown = {}; // workers need the text only
  work_item about;
  about.source = about.token = work->source;
  about.priority = work->priority;
  about.bytes = work->content.text.size();
  about.expires = self->clock().now() + work->until.left();
  desk.submit({work, std::move(about), [this, promise](expected<embedded_document> result) mutable {
                 if (result) {
                   ++done;
                   promise.deliver(std::move(*result));
                   return;
                 }
                 promise.deliver(to_caf(named(std::move(result.error()), "the document")));
               }});
  settle();
  return promise;
}

caf::result<embedding> embed_state::query(const embed_query& x) {
  if (x.until.passed())
    return to_caf({errc::deadline_exceeded, "no time was left to embed a question", "Ask again."});
  auto result = model->embed_query(x.text);
  if (!result)
    return to_caf(result.error());
  return std::move(*result);
}

void embed_state::settle() {
  figures->queue.store(desk.pool().waiting(), std::memory_order_relaxed);
  if (ticking || !desk.needs_tick())
    return;
  ticking = true;
  self->delayed_send(self, pool_tick, embed_tick{});
  show();
}

void embed_state::tick() {
  ticking = false;
  desk.tick();
  show();
  settle();
}

void embed_state::show() { figures->status(desk.describe() + " · " + how_many(done, "document")); }

caf::behavior embed_pool(caf::stateful_actor<embed_state>* self, const figures_ptr& figures,
                         std::vector<embedder_actor> workers, const work_pool_limits& limits,
                         std::shared_ptr<pool_counters> counters) {
  auto& state = self->state;
  state.self = self;
  state.figures = figures;
  state.model = make_hashed_model();
  std::vector<caf::actor> doors;
  for (auto& w : workers)
    doors.push_back(caf::actor_cast<caf::actor>(w));
  if (!counters)
    counters = std::make_shared<pool_counters>("embed");
  state.desk.open(self, work_queue::embed, std::move(doors), limits, std::move(counters));
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.desk.stop({errc::unavailable, "the embedder is stopping", "Try again in a moment."});
    self->quit(msg.reason);
  });
  self->set_down_handler([self](const caf::down_msg& msg) {
    self->state.desk.down(msg);
    self->state.settle();
  });
  state.settle();
  return {
    [self](embed_document& x) -> caf::result<embedded_document> { return self->state.take(x); },
    [self](const embed_query& x) -> caf::result<embedding> { return self->state.query(x); },
    [self](const offer_work& x, const work_source_actor& from) {
      self->state.desk.offer(x, from);
      self->state.settle();
    },
    [self](const abort_fetches& x) {
      self->state.desk.cancel(x.token);
      self->state.settle();
    },
    [self](work_done<embedded_document>& x) {
      self->state.desk.done(x);
      self->state.settle();
    },
    [self](const worker_ready& x) {
      self->state.desk.ready(x);
      self->state.settle();
    },
    [self](const embed_tick&) { self->state.tick(); },
  };
}

} // namespace

caf::actor spawn_embed(const child_context& ctx, std::vector<embedder_actor> workers, const work_pool_limits& limits,
                       std::shared_ptr<pool_counters> counters) {
  return ctx.spawn(embed_pool, ctx.figures, std::move(workers), limits, std::move(counters));
}

} // namespace troupe
