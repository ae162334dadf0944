#include "gateway/stream/frames.hpp"

#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"

namespace troupe::gateway {

namespace {

constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t not_understood = 1003;
constexpr std::uint16_t policy_violation = 1008;
constexpr std::uint16_t server_error = 1011;
/// How long a cursor may wait before it looks again whether anybody still listens.
constexpr std::chrono::seconds look_again{30};

class frames final : public frame_source {
public:
  frames(event_cursor cursor, event_page first, std::function<net::awaitable<void>()> cancel)
    : cursor_(std::move(cursor)), first_(std::move(first)), cancel_(std::move(cancel)) {}

  net::awaitable<frame_batch> next() override {
    if (opening_) {
      opening_ = false;
      if (!first_.events.empty() || first_.final)
        co_return encode(first_);
    }
    for (;;) {
      auto page = co_await cursor_.next(look_again);
      if (!page && refusal_)
        co_return *refusal_;
      if (!page)
        co_return closing(page.error().code == errc::cancelled ? going_away : server_error, page.error().message);
      if (!page->events.empty() || page->final)
        co_return encode(*page);
    }
  }

  net::awaitable<void> received(std::string message, bool is_text) override {
    if (refusal_)
      co_return; // what was under way when it was sent
    if (!is_text || !asks_cancel(message)) {
      refusal_ = is_text ? closing(policy_violation, "the only message known here is {\"type\":\"cancel\"}")
                         : closing(not_understood, "messages are text here");
      cursor_.stop(); // `next` says it: two closes at once would not do
    } else if (!cancelled_) {
      cancelled_ = true;
      co_await cancel_();
    }
  }

  void stop() noexcept override { cursor_.stop(); }

private:
  static frame_batch closing(std::uint16_t code, const std::string& reason) {
    return {{}, true, code, reason.substr(0, 120)}; // a control frame holds 125 bytes (RFC 6455, section 5.5)
  }

  static frame_batch encode(const event_page& page) {
    frame_batch batch;
    for (const auto& e : page.events)
      batch.frames.push_back(encode_event(e));
    batch.end = page.final;
    return batch;
  }

  event_cursor cursor_;
  event_page first_;
  std::function<net::awaitable<void>()> cancel_;
  std::optional<frame_batch> refusal_;
  bool opening_ = true;
  bool cancelled_ = false;
};

} // namespace

std::unique_ptr<frame_source> make_frames(event_cursor cursor, event_page first,
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
