// The actor in front of the curl loop, in a real actor system: its loop delivers from a thread of its own.
#define CAF_SUITE egress_actor

#include "actors/egress/egress_actor.hpp"

#include "fetching.hpp"
#include "loopback_server.hpp"
#include "protocols/actors/failure.hpp"
#include "protocols/actors/registration.hpp"

#include <caf/scoped_actor.hpp>

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

struct config : caf::actor_system_config {
  config() {
    register_messages(*this);
    set("scheduler.max-threads", 2);
  }
};

/// Spawns egress the way a supervisor does and ends it with the test.
struct fixture {
  config cfg;
  caf::actor_system system{cfg};
  caf::scoped_actor self{system};
  std::shared_ptr<actor_figures> figures = std::make_shared<actor_figures>();
  egress_options options;
  egress_actor egress;

  void start() {
    auto parent = system.spawn([this](caf::event_based_actor* supervisor) -> caf::behavior {
      return {[this, supervisor](int) {
        return spawn_egress({supervisor, "node/egress", figures, false, {}}, options);
      }};
    });
    self->request(parent, 10s, 1)
      .receive([&](const caf::actor& x) { egress = caf::actor_cast<egress_actor>(x); },
               [&](const caf::error& x) { CAF_FAIL("no egress: " << to_string(x)); });
    self->send_exit(parent, caf::exit_reason::user_shutdown);
  }

  ~fixture() {
    if (egress)
      self->send_exit(egress, caf::exit_reason::user_shutdown);
  }

  expected<http_response> ask(const http_fetch& x) {
    expected<http_response> out = fail(errc::internal, "no answer");
    self->request(egress, 60s, x)
      .receive([&](http_response& y) { out = std::move(y); },
               [&](const caf::error& y) { out = tl::make_unexpected(from_caf(y)); });
    return out;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(egress_tests, fixture)

CAF_TEST(answers and failures with their sentences) {
  loopback_server server{
    [](const loopback_request&, const loopback_connection& to) { return to.respond("404 Not Found", "", "none"); }};
  start();
  auto answer = ask(get(server.url("/")));
  CAF_REQUIRE(answer);
  CAF_CHECK_EQUAL(answer->status, 404);
  CAF_CHECK_EQUAL(answer->body, "none");
  auto refused = ask(get("http://169.254.169.254/"));
  CAF_REQUIRE(!refused);
  CAF_CHECK(refused.error().code == errc::address_refused);
  CAF_CHECK_EQUAL(refused.error().message, "refused http://169.254.169.254/: link-local address");
  CAF_CHECK_EQUAL(figures->status(), "0 in flight");
  CAF_CHECK(figures->messages > 0);
  auto totals = options.counters->totals();
  CAF_REQUIRE_EQUAL(totals.size(), 2u);
  CAF_CHECK_EQUAL(totals[0].first, "address_refused");
  CAF_CHECK_EQUAL(totals[1].first, "http_status");
  CAF_CHECK_EQUAL(options.counters->received_bytes, 4u);
}

CAF_TEST(a research that ends takes its requests along) {
  std::promise<void> arrived;
  loopback_server server{[&](const loopback_request&, const loopback_connection& to) {
    arrived.set_value();
    to.wait_for_close();
    return false;
  }};
  options.max_in_flight = 1;
  start();
  auto x = get(server.url("/"));
  x.token = "r_1";
  auto pending = self->request(egress, 60s, x);
  arrived.get_future().get();
  CAF_CHECK(code_of(ask(x)) == errc::overloaded);
  CAF_CHECK_EQUAL(figures->status(), "1 in flight");
  self->send(egress, abort_fetches{"r_2"});
  self->send(egress, abort_fetches{""});
  self->send(egress, abort_fetches{"r_1"});
  pending.receive([](const http_response&) { CAF_ERROR("answered"); },
                  [](const caf::error& y) { CAF_CHECK(from_caf(y).code == errc::cancelled); });
}

CAF_TEST(who waits when egress stops is told) {
  std::promise<void> arrived;
  loopback_server server{[&](const loopback_request&, const loopback_connection& to) {
    arrived.set_value();
    to.wait_for_close();
    return false;
  }};
  start();
  auto pending = self->request(egress, 60s, get(server.url("/")));
  arrived.get_future().get();
  self->send_exit(egress, caf::exit_reason::user_shutdown);
  pending.receive([](const http_response&) { CAF_ERROR("answered"); },
                  [](const caf::error& y) { CAF_CHECK(from_caf(y).code == errc::unavailable); });
  self->wait_for(egress);
  egress = nullptr;
}

CAF_TEST_FIXTURE_SCOPE_END()
