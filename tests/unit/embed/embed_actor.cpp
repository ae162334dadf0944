// The embed pool: who gets what, what waits, what is refused and dropped, what dying and silent workers cost.
#define CAF_SUITE embed_actor

#include "actors/embed/embed_actor.hpp"

#include <deque>

#include "actors/embed/hashed_model.hpp"
#include "actors/flow/pool_desk.hpp"
#include "actors/supervision/door_actor.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;

namespace {

/// A worker that answers when it is told to; `spawned` again when it was killed.
struct held_worker {
  std::deque<std::pair<leased_work<embed_document>, caf::actor>> held;
  caf::actor actor;
  caf::actor door;
  std::uint32_t credit = 4;
};
using held_worker_ptr = std::shared_ptr<held_worker>;

caf::behavior worker_on_a_string(caf::event_based_actor* me, const held_worker_ptr& worker) {
  return {[=](const call_to_work& x) {
            me->send(x.pool, worker_ready{caf::actor{me}, x.number, worker->credit});
          },
          [=](const leased_work<embed_document>& x) {
            worker->held.emplace_back(x, caf::actor_cast<caf::actor>(me->current_sender()));
          }};
}

embed_document work(const std::string& id, std::chrono::seconds within = std::chrono::seconds{3600}) {
  embed_document x;
  x.content.id = document_id{id};
  x.content.text = "Vacuum reclaims storage. Indexes speed up queries.";
  x.until = deadline::in(within);
  x.source = "r_1";
  return x;
}

struct fixture : room_fixture {
  held_worker_ptr add_worker(std::uint32_t credit = 4) {
    auto worker = std::make_shared<held_worker>();
    auto door = make_door(sys);
    worker->door = door.address;
    workers.push_back(worker);
    worker->credit = credit;
    raise(worker);
    return worker;
  }
  /// Starts a worker, again after `kill`.
  void raise(const held_worker_ptr& worker) {
    worker->actor = keep(mock("worker", worker_on_a_string, worker));
    door_of(worker->door).ptr->lead_to(worker->actor);
  }
  void kill(const held_worker_ptr& worker, caf::exit_reason how = caf::exit_reason::kill) {
    door_of(worker->door).ptr->lead_to(nullptr);
    worker->held.clear();
    caf::anon_send_exit(worker->actor, how);
    consume_messages();
  }
  void start(work_pool_limits limits = one_by_one()) {
    std::vector<embedder_actor> handles;
    for (auto& w : workers)
      handles.push_back(caf::actor_cast<embedder_actor>(w->door));
    pool = start_child([&](const child_context& ctx) { return spawn_embed(ctx, handles, limits, counters); });
  }
  static work_pool_limits one_by_one() {
    work_pool_limits x;
    x.leases = 1;
    return x;
  }
  auto submit(const std::string& id, std::chrono::seconds within = std::chrono::seconds{3600}) {
    auto result = ask<embedded_document>(pool, work(id, within));
    consume_messages();
    return result;
  }
  void answer(const held_worker_ptr& worker, expected<embedded_document> with) {
    auto [lease, to] = worker->held.front();
    worker->held.pop_front();
    caf::anon_send(to, done_with(lease, std::move(with)));
    consume_messages();
  }
  void finish(const held_worker_ptr& worker) {
    embedded_document done;
    done.document = worker->held.front().first.work->content.id;
    answer(worker, std::move(done));
  }
  void fail_with(const held_worker_ptr& worker, errc code) { answer(worker, fail(code, "told to fail", {})); }
  /// Lets the pool look at the time.
  void pass(std::chrono::milliseconds time) {
    for (; time.count() > 0; time -= pool_tick) {
      advance_time(pool_tick);
      consume_messages();
    }
  }

  /// A session that offers and counts what it is granted.
  struct offering {
    caf::actor actor;
    std::uint32_t granted = 0;
  };
  std::shared_ptr<offering> offers(const std::string& source, std::uint32_t items, std::uint64_t bytes = 0,
                                   std::uint32_t returned = 0) {
    auto result = std::make_shared<offering>();
    result->actor = keep(mock("source", [result](caf::event_based_actor*) -> caf::behavior {
      return {[result](const grant_work& x) { result->granted += x.items; }};
    }));
    offer(result, source, items, bytes, returned);
    return result;
  }
  void offer(const std::shared_ptr<offering>& who, const std::string& source, std::uint32_t items,
             std::uint64_t bytes = 0, std::uint32_t returned = 0) {
    caf::anon_send(pool, offer_work{source, work_queue::embed, priority_class::standard, items, bytes, returned},
                   caf::actor_cast<work_source_actor>(who->actor));
    consume_messages();
  }
  std::uint64_t ended(const std::string& status) const {
    for (const auto& [name, n] : counters->totals().ended)
      if (name == status)
        return n;
    return 0;
  }

  std::shared_ptr<pool_counters> counters = std::make_shared<pool_counters>("embed");
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

CAF_TEST(a worker stops when nobody waits) {
  auto worker = start_child(spawn_embedder);
  bool cancelled = false;
  auto pool_in_place = keep(mock("pool", [&](caf::event_based_actor*) -> caf::behavior {
    return {[&](const work_done<embedded_document>& x) {
      cancelled = !x.result && x.result.error().code == errc::cancelled && x.item == 7;
    }};
  }));
  auto shared = std::make_shared<embed_document>(work("a"));
  caf::send_as(pool_in_place, worker, leased_work<embed_document>{0, 7, 1, shared, std::make_shared<stop_flag>(true)});
  consume_messages();
  CAF_CHECK(cancelled);
}

CAF_TEST(documents go to the least loaded worker) {
  auto a = add_worker();
  auto b = add_worker();
  auto limits = one_by_one();
  limits.leases = 2;
  start(limits);
  std::vector<std::shared_ptr<outcome<embedded_document>>> asked;
  for (const char* id : {"1", "2", "3", "4", "5", "6"})
    asked.push_back(submit(id));
  CAF_CHECK_EQUAL(a->held.size(), 2u);
  CAF_CHECK_EQUAL(b->held.size(), 2u);
  CAF_CHECK_EQUAL(figures->queue.load(), 2u);
  CAF_CHECK(counters->totals().depth == 2);
  finish(b);
  CAF_CHECK_EQUAL(b->held.size(), 2u);
  while (!a->held.empty() || !b->held.empty())
    finish(a->held.empty() ? b : a);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CAF_REQUIRE_EQUAL(asked[i]->answers.size(), 1u);
    CAF_CHECK_EQUAL(asked[i]->answers[0].document.value, std::to_string(i + 1));
  }
  CAF_CHECK_EQUAL(figures->queue.load(), 0u);
  CAF_CHECK_EQUAL(ended("done"), 6u);
}

CAF_TEST(a batch is bounded by its bytes) {
  auto a = add_worker(100);
  auto limits = one_by_one();
  limits.leases = 8;
  limits.lease_bytes = 3 * work("").content.text.size();
  start(limits);
  for (int i = 0; i < 10; ++i)
    submit(std::to_string(i));
  CAF_CHECK_EQUAL(a->held.size(), 3u);
}

CAF_TEST(a full queue refuses what came without a grant) {
  auto a = add_worker();
  auto limits = one_by_one();
  limits.queue = 3;
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

CAF_TEST(credit is granted as there is room and comes back) {
  auto a = add_worker(4);
  start();
  auto x = offers("r_1", 10);
  CAF_CHECK_EQUAL(x->granted, 4u);
  auto one = submit("1");
  submit("2");
  CAF_CHECK_EQUAL(x->granted, 4u);
  finish(a);
  CAF_CHECK_EQUAL(one->answers.size(), 1u);
  CAF_CHECK_EQUAL(x->granted, 5u);
  offer(x, "r_1", 5, 0, 2); // two of them won't come
  CAF_CHECK_EQUAL(x->granted, 7u);
  pass(work_pool_limits{}.grant + pool_tick); // what is neither used nor returned lapses
  CAF_CHECK_EQUAL(x->granted, 10u);
}

CAF_TEST(a source that leaves takes its grants and documents along) {
  auto a = add_worker(2);
  start();
  auto x = offers("r_1", 10);
  auto waiting = std::vector{submit("1"), submit("2")};
  auto y = offers("r_2", 10);
  CAF_CHECK_EQUAL(y->granted, 0u);
  caf::anon_send_exit(x->actor, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(waiting[0]->failed(errc::cancelled));
  CAF_CHECK(waiting[1]->failed(errc::cancelled));
  CAF_CHECK(*a->held.front().first.stop);
  CAF_CHECK_EQUAL(y->granted, 1u); // the other place is still that of the one being worked on
  finish(a);
  CAF_CHECK_EQUAL(y->granted, 2u);
}

CAF_TEST(what is not wanted any more is dropped at once) {
  auto a = add_worker();
  start();
  auto given = submit("1");
  auto waiting = submit("2");
  caf::anon_send(pool, abort_fetches{"r_1"});
  consume_messages();
  CAF_CHECK(given->failed(errc::cancelled));
  CAF_CHECK(waiting->failed(errc::cancelled));
  CAF_CHECK(*a->held.front().first.stop);
  CAF_CHECK_EQUAL(ended("cancelled"), 2u);
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

CAF_TEST(a document that fails thrice is poison) {
  auto a = add_worker();
  start();
  auto asked = submit("1");
  fail_with(a, errc::internal);
  fail_with(a, errc::internal);
  CAF_CHECK(asked->open());
  CAF_REQUIRE_EQUAL(a->held.size(), 1u);
  fail_with(a, errc::internal);
  CAF_CHECK(asked->failed(errc::poisoned));
  CAF_CHECK_EQUAL(asked->errors[0].message, "the document was given up after 3 attempts: told to fail");
  CAF_CHECK(a->held.empty());
  CAF_CHECK_EQUAL(ended("poisoned"), 1u);
}

CAF_TEST(an error that another attempt would repeat is the answer) {
  auto a = add_worker();
  start();
  auto asked = submit("1");
  fail_with(a, errc::unreadable);
  CAF_CHECK(asked->failed(errc::unreadable));
}

CAF_TEST(a document that ends its workers ends three and then is poison) {
  auto a = add_worker();
  auto b = add_worker();
  start();
  auto asked = submit("1");
  auto last = a->held.empty() ? b : a;
  for (int i = 0; i < 3; ++i) {
    CAF_REQUIRE(asked->open());
    auto busy = a->held.empty() ? b : a;
    CAF_REQUIRE_EQUAL(busy->held.size(), 1u);
    CAF_CHECK((i == 0) == (busy == last)); // another one each time
    last = busy;
    kill(busy);
    raise(busy);
    pass(2 * pool_tick); // it is called and says that it is there
  }
  CAF_CHECK(asked->failed(errc::poisoned));
  auto next = submit("2");
  CAF_CHECK_EQUAL(a->held.size() + b->held.size(), 1u);
}

CAF_TEST(workers that an operator restarts are no reason to give a document up) {
  auto a = add_worker();
  start();
  auto asked = submit("1");
  for (int i = 0; i < 4; ++i) {
    CAF_REQUIRE_EQUAL(a->held.size(), 1u);
    kill(a, caf::exit_reason::user_shutdown); // as its supervisor does
    raise(a);
    pass(2 * pool_tick);
  }
  CAF_CHECK(asked->open());
  finish(a);
  CAF_CHECK_EQUAL(asked->answers.size(), 1u);
}

CAF_TEST(a worker that never answers costs nothing but time) {
  auto a = add_worker();
  auto b = add_worker();
  auto limits = one_by_one();
  start(limits);
  auto asked = submit("1");
  auto silent = a->held.empty() ? b : a;
  auto other = silent == a ? b : a;
  pass(limits.lease + pool_tick);
  CAF_CHECK(*silent->held.front().first.stop);
  CAF_REQUIRE_EQUAL(other->held.size(), 1u);
  CAF_CHECK(figures->status().find("1 lost") != std::string::npos);
  auto second = submit("2");
  CAF_CHECK_EQUAL(silent->held.size(), 1u); // nothing more is given to it
  finish(other);
  CAF_CHECK_EQUAL(asked->answers.size(), 1u);
  finish(silent); // late, and for nothing; but it lives
  CAF_CHECK_EQUAL(asked->answers.size(), 1u);
  finish(other);
  CAF_CHECK_EQUAL(second->answers.size(), 1u);
  submit("3");
  submit("4");
  CAF_CHECK_EQUAL(silent->held.size(), 1u);
}

CAF_TEST(a pool that restarts finds its workers) {
  auto a = add_worker();
  start();
  auto lost = submit("1");
  caf::anon_send_exit(pool, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(lost->failed(errc::unavailable));
  CAF_CHECK(*a->held.front().first.stop);
  start();
  auto asked = submit("2");
  CAF_REQUIRE_EQUAL(a->held.size(), 2u);
  finish(a); // of the pool that is no more
  finish(a);
  CAF_CHECK_EQUAL(asked->answers.size(), 1u);
}

CAF_TEST(who waits too long hears so) {
  auto a = add_worker();
  start();
  auto first = submit("1");
  auto never = submit("2", std::chrono::seconds{-1});
  CAF_CHECK(never->failed(errc::deadline_exceeded));
  auto late = submit("3", std::chrono::seconds{5});
  pass(std::chrono::milliseconds{5100});
  CAF_CHECK(late->failed(errc::deadline_exceeded));
  finish(a);
  CAF_CHECK_EQUAL(first->answers.size(), 1u);
  CAF_CHECK(a->held.empty());
  CAF_CHECK_EQUAL(ended("expired"), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
