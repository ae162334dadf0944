// The time limit of what a connection waits for: what it finds nothing to end at, it ends when it comes.
#define CAF_SUITE gateway_time_limit

#include <array>
#include <chrono>

#include "gateway/http/incoming.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe::gateway;

namespace {

struct fixture {
  net::io_context io{1};
  tcp::acceptor acceptor{io, {net::ip::address_v4::loopback(), 0}};
  tcp_socket ours{io.get_executor()};
  tcp_socket theirs{io.get_executor()};
  std::array<char, 16> bytes{};

  fixture() {
    theirs.connect(acceptor.local_endpoint());
    acceptor.accept(ours);
  }
  /// Turns until nothing but sockets could wake anybody.
  bool at_rest() {
    io.restart();
    io.poll();
    return io.stopped();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(time_limit_tests, fixture)

CAF_TEST(a wait that begins when the time is over already ends all the same) {
  time_limit limit{ours, std::chrono::milliseconds{1}};
  while (!limit.over()) // nobody waits for the socket yet, as between two pieces of one read
    io.run_one();
  io.restart();
  beast::error_code ended;
  bool waits = true;
  ours.async_read_some(net::buffer(bytes), [&](beast::error_code why, std::size_t) {
    ended = why;
    waits = false;
  });
  thread_timer patience{io.get_executor(), std::chrono::seconds{20}};
  bool gave_up = false;
  patience.async_wait([&](beast::error_code why) {
    gave_up = !why;
    if (gave_up)
      ours.close(why);
  });
  while (waits)
    io.run_one();
  CAF_CHECK(!gave_up);
  CAF_CHECK_EQUAL(ended, net::error::operation_aborted);
  CAF_CHECK(limit.passed());
  CAF_CHECK(ours.is_open()); // for the client to be told
}

CAF_TEST(a limit that is done with ends nothing and waits for nothing) {
  { time_limit gone{ours, std::chrono::hours{1}}; }
  time_limit asked{ours, std::chrono::hours{1}};
  CAF_CHECK(!at_rest());
  CAF_CHECK(!asked.passed());
  CAF_CHECK(at_rest());
  time_limit over{ours, std::chrono::milliseconds{1}};
  io.restart();
  while (!over.over())
    io.run_one();
  CAF_CHECK(!at_rest()); // it would go on ending what comes
  CAF_CHECK(over.passed());
  CAF_CHECK(at_rest());
}

CAF_TEST(a limit whose end is already on its way can still be done with) {
  time_limit limit{ours, std::chrono::milliseconds{0}};
  thread_timer before{io.get_executor(), std::chrono::steady_clock::now() - std::chrono::seconds{1}};
  before.async_wait([&](beast::error_code) { CAF_CHECK(!limit.passed()); });
  io.poll_one(); // of two that are due the earlier one
  CAF_CHECK(at_rest());
  CAF_CHECK(!limit.over());
}

CAF_TEST_FIXTURE_SCOPE_END()
