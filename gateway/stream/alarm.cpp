#include "gateway/stream/alarm.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace troupe::gateway {

void alarm::wake() noexcept {
  if (!rung_.exchange(true, std::memory_order_acq_rel))
    net::post(timer_.get_executor(), [self = shared_from_this()] { self->timer_.cancel(); });
}

void alarm::ring() noexcept {
  if (!rung_.exchange(true, std::memory_order_acq_rel))
    timer_.cancel();
}

net::awaitable<void> alarm::rest(std::chrono::milliseconds time) {
  auto end = std::chrono::steady_clock::now() + time;
  while (!stopped_ && std::chrono::steady_clock::now() < end) {
    timer_.expires_at(end);
    boost::system::error_code ignored; // a ring cancels it
    co_await timer_.async_wait(net::redirect_error(net::use_awaitable, ignored));
  }
}

net::awaitable<bool> alarm::wait(std::chrono::milliseconds most) {
  // A ring that comes from here on posts its cancel behind us, on the strand.
  if (!rung_.load(std::memory_order_acquire)) {
    timer_.expires_after(most);
    boost::system::error_code ignored;
    co_await timer_.async_wait(net::redirect_error(net::use_awaitable, ignored));
  }
  co_return rung_.exchange(false, std::memory_order_acq_rel);
}

void alarm::stop() noexcept {
  stopped_ = true;
  rung_.store(true, std::memory_order_release);
  timer_.cancel();
}

} // namespace troupe::gateway
