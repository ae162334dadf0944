// A writer of the pool: one answer at a time, in order, and nothing for whose time is over.
#define CAF_SUITE writer_actor

#include "actors/research/writer_actor.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

struct fixture : room_fixture {
  caf::actor writer = start_child(spawn_writer);

  std::shared_ptr<outcome<composed_answer>> compose(const std::string& question, std::chrono::seconds within = 3600s) {
    auto task = std::make_shared<compose_task>();
    task->facts.question = question;
    return ask<composed_answer>(writer, compose_answer{task, deadline::in(within)});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(writer_actor_tests, fixture)

CAF_TEST(each task is composed for who asked) {
  auto a = compose("How large is it?");
  auto b = compose("How old is it?");
  consume_messages();
  CAF_REQUIRE_EQUAL(a->answers.size(), 1u);
  CAF_REQUIRE_EQUAL(b->answers.size(), 1u);
  CAF_REQUIRE(a->answers[0].result && b->answers[0].result);
  CAF_CHECK(!a->answers[0].result->evidence);
  CAF_CHECK(a->answers[0].result->answer.markdown.find("How large is it?") != std::string::npos);
  CAF_CHECK(b->answers[0].result->answer.markdown.find("How old is it?") != std::string::npos);
  CAF_CHECK_EQUAL(figures->status(), "2 reports");
}

CAF_TEST(what is late when its turn comes is refused and not written) {
  auto late = compose("How large is it?", -1s);
  auto next = compose("How old is it?");
  consume_messages();
  CAF_CHECK(late->failed(errc::deadline_exceeded));
  CAF_CHECK_EQUAL(next->answers.size(), 1u);
  CAF_CHECK_EQUAL(figures->status(), "1 report");
}

CAF_TEST(who waits for a writer that ends is told) {
  auto waiting = compose("How large is it?");
  caf::anon_send_exit(writer, caf::exit_reason::kill);
  consume_messages();
  auto later = compose("How old is it?");
  consume_messages();
  CAF_CHECK(waiting->answers.size() == 1 || waiting->failed(errc::unavailable));
  CAF_CHECK(later->failed(errc::unavailable));
}

CAF_TEST_FIXTURE_SCOPE_END()
