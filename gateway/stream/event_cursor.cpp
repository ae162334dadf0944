#include "gateway/stream/event_cursor.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace troupe::gateway {

namespace {

constexpr std::uint32_t page_events = 100;

bool passes(errc code) noexcept {
  return code == errc::unavailable || code == errc::deadline_exceeded || code == errc::storage_failed;
}

} // namespace

/// A timer that other threads may ring. Rings between two waits are kept, and many are one.
class event_cursor::alarm : public wake_target, public std::enable_shared_from_this<event_cursor::alarm> {
public:
  explicit alarm(net::any_io_executor executor) : executor_(std::move(executor)), timer_(executor_) {}

  void wake() noexcept override {
    if (!posted_.exchange(true, std::memory_order_acq_rel))
      net::post(executor_, [self = shared_from_this()] {
        self->posted_.store(false, std::memory_order_release);
        self->ring();
      });
  }
  /// On the strand.
  void ring() {
    rung_ = true;
    timer_.cancel();
  }
  /// True when it rang, false after `most`.
  net::awaitable<bool> wait(std::chrono::milliseconds most) {
    if (!rung_) {
      timer_.expires_after(most);
      boost::system::error_code ignored;
      co_await timer_.async_wait(net::redirect_error(net::use_awaitable, ignored));
    }
    co_return std::exchange(rung_, false);
  }

  bool stopped = false;

private:
  net::any_io_executor executor_;
  net::steady_timer timer_;
  std::atomic<bool> posted_{false};
  bool rung_ = false;
};

event_cursor::event_cursor(std::shared_ptr<actor_bridge> bridge, research_id research, event_seq after,
                           net::any_io_executor executor, timing times)
  : bridge_(std::move(bridge)), research_(std::move(research)), after_(after), times_(times),
    alarm_(std::make_shared<alarm>(std::move(executor))),
    // Before the first read: what is committed after that read finds us subscribed.
    wakes_(bridge_->subscribe(research_, alarm_)) {}

event_cursor::event_cursor(event_cursor&&) noexcept = default;
event_cursor::~event_cursor() = default;

void event_cursor::stop() noexcept {
  alarm_->stopped = true;
  alarm_->ring();
}

bool event_cursor::stopped() const noexcept { return alarm_->stopped; }

net::awaitable<expected<event_page>> event_cursor::read() {
  read_events request;
  request.research = research_;
  request.after = after_;
  request.limit = page_events;
  for (unsigned failures = 0;; ++failures) {
    request.until = deadline::in(times_.answer);
    auto page = co_await ask(*bridge_, request);
    if (page || !passes(page.error().code) || failures == times_.retries || alarm_->stopped)
      co_return page;
    co_await alarm_->wait(times_.retry); // the store restarts: the log is still there
  }
}

net::awaitable<expected<event_page>> event_cursor::next(std::chrono::milliseconds idle) {
  auto until = std::chrono::steady_clock::now() + idle;
  for (bool woken = true;;) {
    if (alarm_->stopped)
      co_return fail(errc::cancelled, "the server is stopping",
                     "Connect again and continue after the last event seen.");
    auto page = co_await read();
    if (!page || !page->events.empty() || page->final) {
      if (page && !page->events.empty()) {
        after_ = page->last;
        if (!woken)
          bridge_->resubscribe(research_); // news that nobody told us: the event log forgot us
      }
      co_return page;
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left <= std::chrono::milliseconds::zero())
      co_return page;
    woken = co_await alarm_->wait(std::min(left, times_.poll));
  }
}

} // namespace troupe::gateway
