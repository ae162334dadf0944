// The mocks of the actor tests: what no test planned is noted and refused, and fails the test at its end.
#define CAF_SUITE strict_mocks

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;

namespace {

struct fixture : deterministic_system {
  caf::actor neighbour = mock("neighbour", [](caf::event_based_actor*) -> caf::behavior {
    return {[](const std::string& word) { return word; }};
  });

  ~fixture() override { caf::anon_send_exit(neighbour, caf::exit_reason::user_shutdown); }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(strict_mocks_tests, fixture)

CAF_TEST(what a mock plans is answered and not noted) {
  auto asked = self->request(neighbour, std::chrono::seconds{1}, std::string{"word"});
  consume_messages();
  asked.receive([](const std::string& x) { CAF_CHECK_EQUAL(x, "word"); },
                [](const caf::error&) { CAF_ERROR("refused"); });
  CAF_CHECK(unplanned->empty());
}

CAF_TEST(what it does not plan is noted with its name and refused) {
  auto asked = self->request(neighbour, std::chrono::seconds{1}, abort_fetches{"r_1"});
  self->send(neighbour, 7);
  consume_messages();
  asked.receive([] { CAF_ERROR("taken"); },
                [](const caf::error& x) { CAF_CHECK_EQUAL(x, caf::make_error(caf::sec::unexpected_message)); });
  CAF_REQUIRE_EQUAL(unplanned->size(), 2u);
  CAF_CHECK_EQUAL(unplanned->front(), "neighbour: (abort_fetches(\"r_1\"))");
  CAF_CHECK_EQUAL(unplanned->back(), "neighbour: (7)");
  unplanned->clear(); // these were
}

CAF_TEST_FIXTURE_SCOPE_END()
