#pragma once
/// What a stream waits on: a timer that other threads may ring.

#include <atomic>
#include <chrono>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/bridge_port.hpp"

namespace troupe::gateway {

namespace net = boost::asio;

/// Rings between two waits are kept, and many are one: a stream whose client reads nothing costs one exchange a ring.
class alarm : public wake_target, public std::enable_shared_from_this<alarm> {
public:
  explicit alarm(const net::any_io_executor& executor) : timer_(executor) {}

  /// Any thread.
  void wake() noexcept override;
  /// The same, on the strand, at once.
  void ring() noexcept;
  /// Waits all of `time`, whoever rings; less only when it stops. On the strand.
  net::awaitable<void> rest(std::chrono::milliseconds time);
  /// True when it rang, false after `most`. On the strand, one at a time.
  net::awaitable<bool> wait(std::chrono::milliseconds most);
  /// Rings for good: whoever waits is to end. On the strand.
  void stop() noexcept;
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

private:
  net::steady_timer timer_;
  std::atomic<bool> rung_{false};
  bool stopped_ = false;
};

} // namespace troupe::gateway
