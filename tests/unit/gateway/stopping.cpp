// A server that stops while its threads still have something for each other.
#define CAF_SUITE gateway_stopping

#include <atomic>
#include <future>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "client.hpp"
#include "gateway/http/application.hpp"
#include "gateway/http/server.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

/// Has its result only when its thread has been stopped, and then only as the last that this one does.
net::awaitable<void> late(net::any_io_executor here, std::promise<void>& begun) {
  begun.set_value();
  auto& io = static_cast<net::io_context&>(net::query(here, net::execution::context));
  while (!io.stopped())
    std::this_thread::yield();
  co_await net::post(here, net::use_awaitable);
}

} // namespace

CAF_TEST(what one thread leaves to another at the very end is done before stop comes back) {
  std::promise<void> begun;
  std::atomic<bool> answered{false};
  net::any_io_executor other;
  router routes;
  routes.add(verb::get, "/late", [&](request&, path_arguments) -> net::awaitable<response> {
    auto work = late(other, begun);
    co_await net::co_spawn(other, std::move(work), net::use_awaitable);
    answered = true;
    co_return text_response("at last", "text/plain");
  });
  http_limits limits;
  limits.threads = 2;
  auto listener = *bind_listener("127.0.0.1:0");
  http_server server{limits,
                     std::make_shared<application>(std::move(routes), access_policy{}, std::make_shared<metrics>())};
  other = server.strand(); // the last thread's; the first connection is the first one's
  CAF_REQUIRE(server.start(*listener));
  client c{listener->port()};
  c.send("GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n");
  begun.get_future().wait();
  server.stop();
  CAF_CHECK(answered);
  CAF_CHECK_EQUAL(server.count().connections, 0u);
  CAF_CHECK(c.at_end());
}
