#pragma once
/// The listener and its threads.

#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "gateway/listen.hpp"
#include "gateway/options.hpp"
#include "protocols/error.hpp"

namespace troupe::gateway {

class application;

/// Accepts on a bound socket; each of its threads serves its share of the connections. Made, drained and stopped by one
/// thread.
class http_server {
public:
  struct counts {
    std::size_t connections = 0;
    std::size_t streams = 0;
  };

  http_server(const http_limits& limits, std::shared_ptr<application> app);
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Starts accepting on a duplicate of `listener`.
  expected<void> start(const bound_listener& listener);
  /// Stops accepting, closes what is idle, ends streams (WebSockets with 1001), lets requests in flight finish. `done`
  /// is called once, on a thread of the server, when the last connection closed or after `within`.
  void drain(std::chrono::milliseconds within, std::function<void()> done);
  /// Closes everything now and joins the threads. Idempotent.
  void stop();
  /// One of the server's threads, for what serves many connections. Any thread, until `stop` returns.
  [[nodiscard]] boost::asio::any_io_executor strand() const;
  [[nodiscard]] counts count() const noexcept;
  [[nodiscard]] bool draining() const noexcept;

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace troupe::gateway
