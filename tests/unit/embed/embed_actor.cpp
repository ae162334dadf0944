// The embed pool: who gets what, what waits, what is refused, what a lost worker costs.
#define CAF_SUITE embed_actor

#include "actors/embed/embed_actor.hpp"

#include <deque>

#include "actors/embed/hashed_model.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;

namespace {

/// A worker that answers when it is told to.
struct held_worker {
  std::deque<std::pair<std::string, caf::response_promise>> held;
  caf::actor actor;
};
using held_worker_ptr = std::shared_ptr<held_worker>;

embed_document work(const std::string& id, std::chrono::seconds within = std::chrono::seconds{3600}) {
  embed_document x;
  x.content.id = document_id{id};
  x.content.text = "Vacuum reclaims storage. Indexes speed up queries.";
  x.until = deadline::in(within);
  return x;
}

struct fixture : room_fixture {
  held_worker_ptr add_worker() {
    auto worker = std::make_shared<held_worker>();
    worker->actor = keep(sys.spawn([worker](caf::event_based_actor* me) -> caf::behavior {
      return {[me, worker](const embed_document& x) -> caf::result<embedded_document> {
                auto promise = me->make_response_promise();
                worker->held.emplace_back(x.content.id.value, promise);
                return promise;
              },
              [me](const do_now& x) { x.what(me); }};
    }));
    workers.push_back(worker);
    return worker;
  }
  void start(embed_pool_limits limits = {}) {
    std::vector<embedder_actor> handles;
    for (auto& w : workers)
      handles.push_back(caf::actor_cast<embedder_actor>(w->actor));
    pool = start_child([&](const child_context& ctx) { return spawn_embed(ctx, handles, limits); });
  }
  auto submit(const std::string& id, std::chrono::seconds within = std::chrono::seconds{3600}) {
    auto result = ask<embedded_document>(pool, work(id, within));
    consume_messages();
    return result;
  }
  void finish(const held_worker_ptr& worker) {
    embedded_document done;
    done.document = document_id{worker->held.front().first};
    within(worker->actor, [worker, done](auto*) {
      auto promise = worker->held.front().second;
      worker->held.pop_front();
      promise.deliver(done);
    });
  }
  void fail_with(const held_worker_ptr& worker, errc code) {
    within(worker->actor, [worker, code](auto*) {
      auto promise = worker->held.front().second;
      worker->held.pop_front();
      promise.deliver(to_caf({code, "told to fail", {}}));
    });
  }

  std::vector<held_worker_ptr> workers;
  caf::actor pool;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(embed_actor_tests, fixture)

CAF_TEST(a worker chunks and embeds) {
  auto worker = start_child(spawn_embedder);
  auto one = work("a");
  one.content.title = "Manual";
  auto done = ask<embedded_document>(worker, one);
  auto late = ask<embedded_document>(worker, work("b", std::chrono::seconds{-1}));
  consume_messages();
  CAF_REQUIRE_EQUAL(done->answers.size(), 1u);
  const auto& x = done->answers[0];
  CAF_CHECK_EQUAL(x.document.value, "a");
  CAF_CHECK_EQUAL(x.model, "hashed-ngram-1");
  CAF_REQUIRE_EQUAL(x.passages.size(), 1u);
  std::string_view subject = "Manual\nVacuum reclaims storage. Indexes speed up queries.";
  CAF_CHECK(x.embeddings == *make_hashed_model()->embed_documents({&subject, 1}, ""));
  CAF_CHECK(late->failed(errc::deadline_exceeded));
  CAF_CHECK_EQUAL(figures->messages.load(), 2u);
}

CAF_TEST(documents go to the least loaded worker) {
  auto a = add_worker();
  auto b = add_worker();
  start();
  std::vector<std::shared_ptr<outcome<embedded_document>>> asked;
  for (const char* id : {"1", "2", "3", "4", "5", "6"})
    asked.push_back(submit(id));
  CAF_CHECK_EQUAL(a->held.size(), 2u);
  CAF_CHECK_EQUAL(b->held.size(), 2u);
  CAF_CHECK_EQUAL(figures->queue.load(), 2u);
  finish(b);
  CAF_CHECK_EQUAL(b->held.size(), 2u);
  while (!a->held.empty() || !b->held.empty())
    finish(a->held.empty() ? b : a);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CAF_REQUIRE_EQUAL(asked[i]->answers.size(), 1u);
    CAF_CHECK_EQUAL(asked[i]->answers[0].document.value, std::to_string(i + 1));
  }
  CAF_CHECK_EQUAL(figures->queue.load(), 0u);
}

CAF_TEST(a full queue refuses) {
  auto a = add_worker();
  embed_pool_limits limits;
  limits.queue = 3;
  limits.per_worker = 1;
  start(limits);
  std::vector<std::shared_ptr<outcome<embedded_document>>> asked;
  for (const char* id : {"1", "2", "3", "4"})
    asked.push_back(submit(id));
  auto refused = submit("5");
  CAF_CHECK(refused->failed(errc::overloaded));
  for (int i = 0; i < 4; ++i)
    finish(a);
  for (auto& x : asked)
    CAF_CHECK_EQUAL(x->answers.size(), 1u);
}

CAF_TEST(queries never wait behind documents) {
  auto a = add_worker();
  start();
  for (int i = 0; i < 20; ++i)
    submit(std::to_string(i));
  auto query = ask<embedding>(pool, embed_query{"vacuum", deadline::in(std::chrono::seconds{5})});
  consume_messages();
  CAF_REQUIRE_EQUAL(query->answers.size(), 1u);
  CAF_CHECK(query->answers[0] == *make_hashed_model()->embed_query("vacuum"));
}

CAF_TEST(a document that fails thrice is given up) {
  auto a = add_worker();
  start();
  auto asked = submit("1");
  fail_with(a, errc::internal);
  fail_with(a, errc::internal);
  CAF_CHECK(asked->open());
  CAF_REQUIRE_EQUAL(a->held.size(), 1u);
  fail_with(a, errc::internal);
  CAF_CHECK(asked->failed(errc::internal));
  CAF_CHECK(a->held.empty());
}

CAF_TEST(a lost worker costs nothing but time) {
  auto a = add_worker();
  auto b = add_worker();
  embed_pool_limits limits;
  limits.per_worker = 1;
  start(limits);
  auto asked = submit("1");
  CAF_REQUIRE_EQUAL(a->held.size(), 1u); // and will never answer
  advance_time(limits.attempt_within + std::chrono::seconds{1});
  consume_messages();
  CAF_REQUIRE_EQUAL(a->held.size() + b->held.size(), 2u);
  finish(b->held.empty() ? a : b);
  if (asked->open())
    finish(a);
  CAF_CHECK_EQUAL(asked->answers.size(), 1u);
}

CAF_TEST(a worker that restarts is left to rest) {
  auto a = add_worker();
  auto b = add_worker();
  embed_pool_limits limits;
  limits.per_worker = 1;
  start(limits);
  auto asked = submit("1");
  auto busy = b->held.empty() ? a : b;
  auto other = busy == a ? b : a;
  auto second = submit("2");
  CAF_REQUIRE_EQUAL(other->held.size(), 1u);
  for (int i = 0; i < 5; ++i) { // five times: unavailable is no attempt
    fail_with(busy, errc::unavailable);
    CAF_CHECK(asked->open());
    CAF_CHECK(busy->held.empty());
    advance_time(limits.rest);
    consume_messages();
    CAF_REQUIRE_EQUAL(busy->held.size(), 1u);
  }
  fail_with(busy, errc::unavailable);
  finish(other);
  CAF_CHECK_EQUAL(other->held.size(), 1u); // the one that works has it now
  finish(other);
  CAF_CHECK_EQUAL(asked->answers.size(), 1u);
  CAF_CHECK_EQUAL(second->answers.size(), 1u);
}

CAF_TEST(who waits too long hears so) {
  auto a = add_worker();
  embed_pool_limits limits;
  limits.per_worker = 1;
  start(limits);
  auto first = submit("1");
  auto late = submit("2", std::chrono::seconds{-1});
  CAF_CHECK(late->failed(errc::deadline_exceeded));
  finish(a);
  CAF_CHECK_EQUAL(first->answers.size(), 1u);
  CAF_CHECK(a->held.empty());
}

CAF_TEST(a stopped pool leaves nobody waiting) {
  auto a = add_worker();
  embed_pool_limits limits;
  limits.per_worker = 1;
  start(limits);
  auto given = submit("1");
  auto queued = submit("2");
  caf::anon_send_exit(pool, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(given->failed(errc::unavailable));
  CAF_CHECK(queued->failed(errc::unavailable));
}

CAF_TEST_FIXTURE_SCOPE_END()
