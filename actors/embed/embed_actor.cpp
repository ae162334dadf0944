// Message flow of the pool:
//
//   session ──embed_document──▶ pool ──▶ least loaded worker ──embedded_document──▶ pool ──▶ session
//                               └─ none free: queue (bounded) ─┘   worker lost: another one, up to `attempts`
//   index ──embed_query──▶ pool (answered at once)
#include "actors/embed/embed_actor.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "actors/embed/hashed_model.hpp"

namespace troupe {

/// Pool → itself: a worker has rested.
struct worker_rested {
  std::size_t worker;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_rested)

namespace troupe {

namespace {

struct embed_job {
  embed_document work;
  caf::response_promise promise;
  std::uint32_t attempts = 0;
};
using embed_job_ptr = std::shared_ptr<embed_job>;

struct pool_worker {
  embedder_actor handle;
  std::size_t given = 0;
  bool resting = false;
};

struct embed_state {
  // -- wiring
  caf::event_based_actor* self = nullptr;
  figures_ptr figures;
  embed_pool_limits limits;
  std::unique_ptr<embedding_model> model; ///< for queries

  // -- work
  std::vector<pool_worker> workers;
  std::deque<embed_job_ptr> queue;
  std::set<embed_job_ptr> open; ///< queued or given, all unanswered
  std::uint64_t done = 0;

  caf::result<embedded_document> take(embed_document& x);
  void dispatch();
  void give(const embed_job_ptr& job, std::size_t worker);
  void failed(const embed_job_ptr& job, std::size_t worker, const error& why);
  pool_worker* least_loaded();
  template <class T>
  void answer(const embed_job_ptr& job, T&& with);
  void refuse_all();
  void show();
};

caf::result<embedded_document> embed_state::take(embed_document& x) {
  if (queue.size() >= limits.queue)
    return to_caf({errc::overloaded, "the embedder's queue is full", "Try again in a moment."});
  auto job = std::make_shared<embed_job>();
  job->work = std::move(x);
  job->work.content.markdown.clear(); // workers need the text only
  job->promise = self->make_response_promise();
  auto promise = job->promise;
  open.insert(job);
  queue.push_back(std::move(job));
  dispatch();
  return promise;
}

template <class T>
void embed_state::answer(const embed_job_ptr& job, T&& with) {
  if (open.erase(job) != 0)
    job->promise.deliver(std::forward<T>(with));
}

/// Nobody waits for an answer that a stopped pool won't give.
void embed_state::refuse_all() {
  for (const auto& job : std::exchange(open, {}))
    job->promise.deliver(to_caf({errc::unavailable, "the embedder is stopping", "Try again in a moment."}));
  queue.clear();
}

pool_worker* embed_state::least_loaded() {
  pool_worker* best = nullptr;
  for (auto& w : workers)
    if (!w.resting && w.given < limits.per_worker && (best == nullptr || w.given < best->given))
      best = &w;
  return best;
}

void embed_state::dispatch() {
  while (!queue.empty()) {
    auto job = queue.front();
    if (job->work.until.passed()) {
      queue.pop_front();
      answer(job, to_caf({errc::deadline_exceeded, "no worker was free to embed a document in time",
                          "Allow the research more time, or more workers."}));
      continue;
    }
    auto* worker = least_loaded();
    if (worker == nullptr)
      break;
    queue.pop_front();
    give(job, static_cast<std::size_t>(worker - workers.data()));
  }
  show();
}

void embed_state::give(const embed_job_ptr& job, std::size_t worker) {
  ++workers[worker].given;
  auto within = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(job->work.until.left()),
                           std::chrono::milliseconds{1}, limits.attempt_within);
  self->request(workers[worker].handle, within, job->work)
    .then(
      [this, job, worker](embedded_document& result) {
        --workers[worker].given;
        ++done;
        answer(job, std::move(result));
        dispatch();
      },
      [this, job, worker](const caf::error& why) {
        --workers[worker].given;
        failed(job, worker, from_caf(why));
        dispatch();
      });
}

void embed_state::failed(const embed_job_ptr& job, std::size_t worker, const error& why) {
  if (why.code == errc::unavailable && !workers[worker].resting) {
    workers[worker].resting = true;
    self->delayed_send(self, limits.rest, worker_rested{worker});
  }
  // A worker that is not there took no part in it: that is no attempt.
  if (why.code != errc::unavailable)
    ++job->attempts;
  if (job->work.until.passed() || job->attempts >= limits.attempts) {
    answer(job, to_caf(why));
    return;
  }
  queue.push_front(job); // at most `workers` x `per_worker` more than the limit
}

void embed_state::show() {
  figures->queue.store(queue.size(), std::memory_order_relaxed);
  auto busy = std::count_if(workers.begin(), workers.end(), [](const auto& w) { return w.given > 0; });
  figures->status(std::to_string(busy) + "/" + std::to_string(workers.size()) + " busy, " + std::to_string(queue.size())
                  + " waiting, " + how_many(done, "document"));
}

caf::behavior embed_pool(caf::stateful_actor<embed_state>* self, const figures_ptr& figures,
                         std::vector<embedder_actor> workers, const embed_pool_limits& limits) {
  auto& state = self->state;
  state.self = self;
  state.figures = figures;
  state.limits = limits;
  state.model = make_hashed_model();
  for (auto& w : workers)
    state.workers.push_back({std::move(w)});
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.refuse_all();
    self->quit(msg.reason);
  });
  return {
    [self](embed_document& x) -> caf::result<embedded_document> { return self->state.take(x); },
    [self](const embed_query& x) -> caf::result<embedding> {
      auto result = self->state.model->embed_query(x.text);
      if (!result)
        return to_caf(result.error());
      return std::move(*result);
    },
    [self](const worker_rested& x) {
      self->state.workers[x.worker].resting = false;
      self->state.dispatch();
    },
  };
}

} // namespace

caf::actor spawn_embed(const child_context& ctx, std::vector<embedder_actor> workers, const embed_pool_limits& limits) {
  return ctx.spawn(embed_pool, ctx.figures, std::move(workers), limits);
}

} // namespace troupe
