#include "gateway/stream/frames.hpp"

#include "protocols/json/reader.hpp"

namespace troupe::gateway {

namespace {

/// How long a cursor may wait before it looks again whether anybody still listens.
constexpr std::chrono::seconds look_again{30};

class frames final : public frame_source {
public:
  frames(event_cursor cursor, page_ptr first, std::function<net::awaitable<void>()> cancel)
    : cursor_(std::move(cursor)), page_(std::move(first)), cancel_(std::move(cancel)) {}

  net::awaitable<outgoing_frame> next() override {
    while (!page_ || (sent_ == page_->events.size() && !page_->final)) {
      let_go(); // not held while it waits
      auto page = co_await cursor_.next(look_again);
      if (!page && refusal_)
        co_return *refusal_;
      if (!page)
        co_return closing(page.error().code == errc::cancelled ? close_code::going_away : close_code::server_error,
                          page.error().message);
      page_ = std::move(*page);
    }
    outgoing_frame frame;
    if (sent_ < page_->events.size())
      frame.text = {page_, &page_->events[sent_++].text};
    frame.more = sent_ < page_->events.size();
    frame.end = page_->final && sent_ == page_->events.size();
    co_return frame;
  }

  void pause() noexcept override {
    if (!page_)
      return;
    if (sent_ < page_->events.size())
      cursor_.move_to(event_seq{page_->events[sent_].seq.value - 1});
    else if (page_->final)
      return;
    let_go();
  }

  net::awaitable<void> received(std::string message, bool is_text) override {
    if (refusal_)
      co_return; // what was under way when it was sent
    if (!is_text || !asks_cancel(message)) {
      refusal_ = is_text ? closing(close_code::policy_violation, "the only message known here is {\"type\":\"cancel\"}")
                         : closing(close_code::not_understood, "messages are text here");
      cursor_.stop(); // `next` says it: two closes at once would not do
    } else if (!cancelled_) {
      cancelled_ = true;
      co_await cancel_();
    }
  }

  void stop() noexcept override { cursor_.stop(); }

private:
  void let_go() noexcept {
    page_ = nullptr;
    sent_ = 0;
  }

  event_cursor cursor_;
  page_ptr page_;        ///< read and not all sent; null when there is none
  std::size_t sent_ = 0; ///< of its events
  std::function<net::awaitable<void>()> cancel_;
  std::optional<outgoing_frame> refusal_;
  bool cancelled_ = false;
};

} // namespace

outgoing_frame closing(close_code code, const std::string& reason) {
  return {nullptr, false, true, static_cast<std::uint16_t>(code), reason.substr(0, 120)};
}

std::unique_ptr<frame_source> make_frames(event_cursor cursor, page_ptr first,
                                          std::function<net::awaitable<void>()> cancel) {
  return std::make_unique<frames>(std::move(cursor), std::move(first), std::move(cancel));
}

bool asks_cancel(std::string_view message) {
  auto parsed = parse_json_object(message);
  std::string_view type;
  simdjson::dom::object fields;
  return parsed && (*parsed)->root.get(fields) == simdjson::SUCCESS && fields.size() == 1
         && fields["type"].get(type) == simdjson::SUCCESS && type == "cancel";
}

} // namespace troupe::gateway
