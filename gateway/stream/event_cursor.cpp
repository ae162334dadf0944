#include "gateway/stream/event_cursor.hpp"

#include "gateway/stream/alarm.hpp"

namespace troupe::gateway {

namespace {

constexpr std::uint32_t page_events = 100;
constexpr std::uint32_t page_bytes = 16u << 10; ///< of data: what one follower may hold in memory

bool passes(errc code) noexcept {
  return code == errc::unavailable || code == errc::deadline_exceeded || code == errc::storage_failed;
}

} // namespace

event_cursor::event_cursor(std::shared_ptr<actor_bridge> bridge, research_id research, event_seq after,
                           net::any_io_executor executor, timing times)
  : bridge_(std::move(bridge)), research_(std::move(research)), after_(after), times_(times),
    alarm_(std::make_shared<alarm>(std::move(executor))),
    // Before the first read: what is committed after that read finds us subscribed.
    wakes_(bridge_->subscribe(research_, alarm_)) {}

event_cursor::event_cursor(event_cursor&&) noexcept = default;
event_cursor::~event_cursor() = default;

void event_cursor::stop() noexcept { alarm_->stop(); }

net::awaitable<expected<event_page>> event_cursor::read() {
  read_events request;
  request.research = research_;
  request.after = after_;
  request.limit = page_events;
  request.max_bytes = page_bytes;
  for (unsigned failures = 0;; ++failures) {
    request.until = deadline::in(times_.answer);
    auto page = co_await ask(*bridge_, request);
    if (page || !passes(page.error().code) || failures == times_.retries || alarm_->stopped())
      co_return page;
    static_cast<void>(co_await alarm_->wait(times_.retry)); // the store restarts: the log is still there
  }
}

net::awaitable<expected<event_page>> event_cursor::next(std::chrono::milliseconds idle) {
  auto until = std::chrono::steady_clock::now() + idle;
  for (bool woken = true;;) {
    if (alarm_->stopped())
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
