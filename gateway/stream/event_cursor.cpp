#include "gateway/stream/event_cursor.hpp"

#include "gateway/stream/alarm.hpp"
#include "gateway/stream/followed_log.hpp"

namespace troupe::gateway {

namespace {

bool passes(errc code) noexcept {
  return code == errc::unavailable || code == errc::deadline_exceeded || code == errc::storage_failed;
}

} // namespace

event_cursor::event_cursor(const std::shared_ptr<actor_bridge>& bridge, const research_id& research, event_seq after,
                           const net::any_io_executor& executor, timing times)
  // Before the first read: what is committed after that read finds us subscribed.
  : log_(followed_log::of(bridge, research, executor)), alarm_(std::make_shared<alarm>(executor)),
    number_(log_->join()), after_(after), times_(times) {}

event_cursor::event_cursor(event_cursor&&) noexcept = default;

event_cursor::~event_cursor() {
  if (log_) // not moved from
    log_->leave(number_);
}

void event_cursor::stop() noexcept { alarm_->stop(); }

void event_cursor::move_past(const shared_page& page) {
  after_ = page.last;
  if (page.is_short())
    rest_next();
}

void event_cursor::rest_next() {
  if (auto rest = rest_among(log_->followers(), number_, times_.rest); rest > rest.zero())
    not_before_ = std::chrono::steady_clock::now() + rest;
}

net::awaitable<expected<page_ptr>> event_cursor::first() {
  auto page = co_await log_->page_after(after_, times_.answer);
  if (page)
    move_past(**page);
  co_return page;
}

net::awaitable<expected<page_ptr>> event_cursor::read() {
  for (unsigned failures = 0;; ++failures) {
    auto page = co_await log_->page_after(after_, times_.answer);
    if (page || !passes(page.error().code) || failures == times_.retries || alarm_->stopped())
      co_return page;
    static_cast<void>(co_await alarm_->wait(times_.retry)); // the store restarts: the log is still there
  }
}

net::awaitable<expected<page_ptr>> event_cursor::next(std::chrono::milliseconds idle) {
  auto until = std::chrono::steady_clock::now() + idle;
  for (bool woken = true;;) {
    if (auto now = std::chrono::steady_clock::now(); now < not_before_)
      co_await alarm_->rest(std::chrono::ceil<std::chrono::milliseconds>(not_before_ - now));
    if (alarm_->stopped())
      co_return fail(errc::cancelled, "the server is stopping",
                     "Connect again and continue after the last event seen.");
    auto seen = log_->news();
    auto page = co_await read();
    if (!page || !(*page)->events.empty() || (*page)->final) {
      if (page && !(*page)->events.empty()) {
        move_past(**page);
        if (!woken)
          log_->missed();
      }
      co_return page;
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left <= std::chrono::milliseconds::zero())
      co_return page;
    woken = co_await log_->wait(number_, *alarm_, seen, std::min(left, times_.poll));
    if (woken)
      rest_next(); // a crowd that is woken at once does not come at once
  }
}

} // namespace troupe::gateway
