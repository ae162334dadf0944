#include "gateway/stream/sse.hpp"

#include <charconv>

namespace troupe::gateway {

namespace {

class sse_source final : public body_source {
public:
  sse_source(event_cursor cursor, page_ptr first, std::chrono::milliseconds heartbeat)
    : cursor_(std::move(cursor)), first_(std::move(first)), heartbeat_(heartbeat) {}

  net::awaitable<std::optional<std::string>> next() override {
    if (ended_)
      co_return std::nullopt;
    std::string out;
    if (opening_) {
      opening_ = false;
      out = "retry: 2000\n\n";
      encode(*first_, out);
      first_ = nullptr;
      co_return out;
    }
    auto page = co_await cursor_.next(heartbeat_);
    if (!page) {
      ended_ = true; // the client comes back with Last-Event-ID
      co_return ": " + page.error().message + "\n\n";
    }
    if ((*page)->events.empty() && !(*page)->final)
      co_return std::string{": still here\n\n"};
    encode(**page, out);
    co_return out;
  }

  void stop() noexcept override { cursor_.stop(); }

private:
  void encode(const shared_page& page, std::string& out) {
    for (const auto& e : page.events)
      append_sse(out, e);
    ended_ = page.final;
  }

  event_cursor cursor_;
  page_ptr first_; ///< until it is sent
  std::chrono::milliseconds heartbeat_;
  bool opening_ = true;
  bool ended_ = false;
};

} // namespace

std::unique_ptr<body_source> make_sse(event_cursor cursor, page_ptr first, std::chrono::milliseconds heartbeat) {
  return std::make_unique<sse_source>(std::move(cursor), std::move(first), heartbeat);
}

void append_sse(std::string& out, const shared_page::event& x) {
  out += "id: " + std::to_string(x.seq.value) + "\ndata: ";
  out += x.text; // JSON holds no line break
  out += "\n\n";
}

std::optional<std::uint64_t> parse_last_event_id(std::string_view s) noexcept {
  std::uint64_t x = 0;
  auto [end, failure] = std::from_chars(s.data(), s.data() + s.size(), x);
  if (s.empty() || failure != std::errc{} || end != s.data() + s.size())
    return std::nullopt;
  return x;
}

} // namespace troupe::gateway
