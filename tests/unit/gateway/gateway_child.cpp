// The gateway as a child of a tree: it listens on what was bound, drains on exit, and starts again on the same port.
#define CAF_SUITE gateway_child

#include <filesystem>
#include <fstream>

#include "client.hpp"
#include "fake_engine.hpp"
#include "gateway/gateway_actor.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

struct fixture {
  fixture() {
    std::filesystem::create_directories(data);
    gateway_options o;
    o.data = data;
    spec = gateway_child(engine.doors, o, *bind_listener("127.0.0.1:0"));
  }
  ~fixture() { std::filesystem::remove_all(data); }

  caf::actor start(const std::shared_ptr<bound_listener>& listener) {
    gateway_options o;
    o.data = data;
    auto made = gateway_child(engine.doors, o, listener);
    caf::actor child;
    caf::scoped_actor self{engine.system};
    auto parent = engine.system.spawn([&](caf::event_based_actor* p) {
      child_context ctx;
      ctx.supervisor = p;
      ctx.figures = figures;
      child = made.start(ctx);
    });
    self->wait_for(parent);
    return child;
  }

  std::string endpoint() const {
    std::string line;
    std::ifstream in{data / "endpoint"};
    std::getline(in, line);
    return line;
  }

  std::filesystem::path data = std::filesystem::temp_directory_path() / ("troupe-child-" + std::to_string(::getpid()));
  figures_ptr figures = std::make_shared<actor_figures>();
  fake_engine engine;
  child_spec spec;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(gateway_child_tests, fixture)

CAF_TEST(an exit drains and the next incarnation takes the same port) {
  CAF_CHECK_EQUAL(spec.name, "gateway");
  auto listener = *bind_listener("127.0.0.1:0");
  auto id = engine.research_with(1, false);
  caf::scoped_actor self{engine.system};
  for (int incarnation = 0; incarnation < 2; ++incarnation) {
    auto child = start(listener);
    client ws{listener->port()};
    CAF_REQUIRE_EQUAL(ws.upgrade("/api/v1/research/" + id + "/stream?after=1").status, 101u);
    client plain{listener->port()};
    CAF_CHECK_EQUAL(plain.get("/health/ready").status, 200u);
    CAF_CHECK_EQUAL(endpoint(), listener->endpoint());
    caf::anon_send_exit(child, caf::exit_reason::user_shutdown);
    auto f = ws.read_frame();
    CAF_CHECK_EQUAL(f.opcode, 8);
    ws.send_frame(8, f.payload);
    ws.half_close();
    CAF_CHECK(plain.at_end());
    self->wait_for(child);
    CAF_CHECK_EQUAL(endpoint(), "");
  }
}

CAF_TEST(a kill ends every thread and connection) {
  auto listener = *bind_listener("127.0.0.1:0");
  auto child = start(listener);
  client plain{listener->port()};
  CAF_CHECK_EQUAL(plain.get("/health/live").status, 200u);
  caf::scoped_actor self{engine.system};
  caf::anon_send_exit(child, caf::exit_reason::kill);
  self->wait_for(child);
  CAF_CHECK(plain.at_end());
}

CAF_TEST(beyond loopback it refuses to start unless told to) {
  auto listener = *bind_listener("0.0.0.0:0");
  auto child = start(listener);
  caf::scoped_actor self{engine.system};
  self->wait_for(child);
  CAF_CHECK_EQUAL(endpoint(), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
