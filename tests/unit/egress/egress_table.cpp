// The egress actor alone, on virtual time, in front of a loop that transfers nothing: what it keeps of each request,
// and that each is answered once whatever becomes of it.
#define CAF_SUITE egress_table

#include <map>

#include "actors/egress/egress_actor.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// What the loop was told, and how a test makes it deliver.
struct loop_notes {
  std::map<std::string, std::uint64_t> jobs; ///< by url
  std::vector<std::string> aborted;
  std::function<void(fetch_result)> deliver;
  bool full = false;
  bool ended = false;
};

struct noting_loop final : transfer_loop {
  std::shared_ptr<loop_notes> notes;
  explicit noting_loop(std::shared_ptr<loop_notes> x) : notes(std::move(x)) {}
  ~noting_loop() override { notes->ended = true; }
  bool submit(std::uint64_t job, http_fetch request) override {
    if (!notes->full)
      notes->jobs[request.url] = job;
    return !notes->full;
  }
  void abort(std::string token) override { notes->aborted.push_back(std::move(token)); }
};

struct fixture : room_fixture {
  std::shared_ptr<loop_notes> loop = std::make_shared<loop_notes>();
  egress_options options;
  caf::actor egress = start_child([this](const child_context& ctx) {
    return spawn_egress(ctx, options, [notes = loop](std::function<void(fetch_result)> deliver) {
      notes->deliver = std::move(deliver);
      return std::make_unique<noting_loop>(notes);
    });
  });

  ~fixture() override { loop->deliver = nullptr; } // it holds the actor

  std::shared_ptr<outcome<http_response>> fetch(const std::string& url, std::chrono::seconds within = 3600s) {
    http_fetch x;
    x.url = url;
    x.token = "r_1";
    x.until = deadline::in(within);
    auto result = ask<http_response>(egress, x);
    consume_messages();
    return result;
  }
  void deliver(const std::string& url, expected<http_response> answer) {
    loop->deliver({loop->jobs.at(url), std::move(answer)});
    consume_messages();
  }
  void answer(const std::string& url, std::uint16_t status = 200) {
    http_response x;
    x.status = status;
    x.final_url = url;
    x.body = "four";
    deliver(url, x);
  }
  void pass(std::chrono::seconds time) {
    for (; time > 0s; time -= 1s) {
      advance_time(1s);
      consume_messages();
    }
  }
  std::uint64_t counted(const std::string& what) const {
    for (const auto& [name, n] : options.counters->totals())
      if (name == what)
        return n;
    return 0;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(egress_table_tests, fixture)

CAF_TEST(each answer goes to who asked for it in whatever order they come) {
  auto a = fetch("http://a/");
  auto b = fetch("http://b/");
  CAF_CHECK_EQUAL(figures->status(), "2 in flight");
  answer("http://b/");
  CAF_CHECK(a->open());
  CAF_REQUIRE_EQUAL(b->answers.size(), 1u);
  CAF_CHECK_EQUAL(b->answers[0].final_url, "http://b/");
  answer("http://a/", 404);
  CAF_REQUIRE_EQUAL(a->answers.size(), 1u);
  CAF_CHECK_EQUAL(a->answers[0].status, 404);
  CAF_CHECK_EQUAL(figures->status(), "0 in flight");
  CAF_CHECK_EQUAL(options.counters->in_flight, 0u);
  CAF_CHECK_EQUAL(options.counters->received_bytes, 8u);
  CAF_CHECK_EQUAL(counted("http_status"), 1u);
}

CAF_TEST(an error is the answer as it is) {
  auto a = fetch("http://a/");
  error why{errc::tls_failed, "the certificate is for another name", "Ask its owner."};
  deliver("http://a/", tl::make_unexpected(why));
  CAF_REQUIRE_EQUAL(a->errors.size(), 1u);
  CAF_CHECK(a->errors[0] == why);
  CAF_CHECK_EQUAL(counted("tls_failed"), 1u);
}

CAF_TEST(a result that comes twice is answered once) {
  auto a = fetch("http://a/");
  answer("http://a/");
  answer("http://a/");
  CAF_CHECK_EQUAL(a->answers.size(), 1u);
  CAF_CHECK_EQUAL(options.counters->received_bytes, 4u);
}

CAF_TEST(a full loop refuses and leaves nothing behind) {
  auto kept = fetch("http://a/");
  loop->full = true;
  auto refused = fetch("http://b/");
  CAF_CHECK(refused->failed(errc::overloaded));
  CAF_CHECK_EQUAL(counted("overloaded"), 1u);
  CAF_CHECK_EQUAL(figures->status(), "1 in flight");
  CAF_CHECK(kept->open());
}

CAF_TEST(an abort is told to the loop and its answer is what the loop makes of it) {
  auto a = fetch("http://a/");
  caf::anon_send(egress, abort_fetches{"r_1"});
  caf::anon_send(egress, abort_fetches{""}); // would be everybody without a token
  consume_messages();
  CAF_CHECK_EQUAL(loop->aborted, std::vector<std::string>{"r_1"});
  CAF_CHECK(a->open());
  deliver("http://a/", fail(errc::cancelled, "given up", ""));
  CAF_CHECK(a->failed(errc::cancelled));
}

CAF_TEST(a loop that says nothing costs its request the deadline and a moment) {
  auto overdue = fetch("http://a/", -6s);
  auto late = fetch("http://b/", -1s); // the loop may still say so itself
  auto later = fetch("http://c/");
  CAF_CHECK(overdue->open());
  pass(1s);
  CAF_CHECK(overdue->failed(errc::deadline_exceeded));
  CAF_CHECK(late->open());
  CAF_CHECK(later->open());
  answer("http://a/"); // too late
  CAF_CHECK(overdue->answers.empty());
  CAF_CHECK_EQUAL(figures->status(), "2 in flight");
}

CAF_TEST(it looks at the time only while something is in flight) {
  pass(3s);
  CAF_CHECK_EQUAL(figures->messages.load(), 0u);
  fetch("http://a/");
  pass(3s);
  answer("http://a/");
  pass(1s); // sees that nothing is left
  auto seen = figures->messages.load();
  CAF_CHECK_EQUAL(seen, 1u + 3u + 1u + 1u);
  pass(5s);
  CAF_CHECK_EQUAL(figures->messages.load(), seen);
  auto overdue = fetch("http://b/", -6s); // and begins again
  pass(1s);
  CAF_CHECK(overdue->failed(errc::deadline_exceeded));
}

CAF_TEST(who waits when it stops is told and the loop ends first) {
  auto a = fetch("http://a/");
  auto b = fetch("http://b/");
  caf::anon_send_exit(egress, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(loop->ended);
  CAF_CHECK(a->failed(errc::unavailable));
  CAF_CHECK(b->failed(errc::unavailable));
  CAF_CHECK_EQUAL(options.counters->in_flight, 0u);
  answer("http://a/"); // nobody takes it
  CAF_CHECK(a->answers.empty());
}

CAF_TEST(who asked and is gone is no reason to fail) {
  http_fetch x;
  x.url = "http://a/";
  x.until = deadline::in(1h);
  auto asker = keep(sys.spawn([this, x](caf::event_based_actor* me) -> caf::behavior {
    me->request(egress, 3600s, x).then([](const http_response&) {}, [](const caf::error&) {});
    return {[](int) {}};
  }));
  caf::anon_send_exit(asker, caf::exit_reason::kill);
  consume_messages();
  answer("http://a/");
  CAF_CHECK_EQUAL(figures->status(), "0 in flight");
  auto next = fetch("http://b/");
  answer("http://b/");
  CAF_CHECK_EQUAL(next->answers.size(), 1u);
}

CAF_TEST(a loop that can not be had is a failed start) {
  auto dead = start_child([this](const child_context& ctx) {
    return spawn_egress(ctx, options, [](const std::function<void(fetch_result)>&) -> std::unique_ptr<transfer_loop> {
      throw std::runtime_error{"no thread"};
    });
  });
  auto refused = ask<http_response>(dead, http_fetch{});
  consume_messages();
  CAF_CHECK(refused->failed(errc::unavailable));
}

CAF_TEST_FIXTURE_SCOPE_END()
