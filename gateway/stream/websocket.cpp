#include "gateway/stream/websocket.hpp"

#include <boost/beast/websocket.hpp>

#include "gateway/http/head.hpp"
#include "gateway/http/incoming.hpp"
#include "gateway/stream/frame_socket.hpp"

namespace troupe::gateway {

namespace {

namespace websocket = beast::websocket;
using websocket_stream = websocket::stream<frame_socket>;

constexpr std::size_t most_message = 4096;
/// Of frames that go out together: little enough for a kernel that takes more to take all of it.
constexpr std::size_t most_together = 4096;
/// For a client to answer a close and to close its end; after it the socket goes anyway.
constexpr std::chrono::seconds close_patience{2};

net::awaitable<void> read_all(std::shared_ptr<websocket_stream> ws, std::shared_ptr<frame_source> source) {
  beast::flat_buffer buffer{most_message + 1024};
  beast::error_code failure;
  for (;;) {
    co_await ws->async_read(buffer, net::redirect_error(net::use_awaitable, failure));
    if (failure)
      break;
    co_await source->received(beast::buffers_to_string(buffer.data()), ws->got_text());
    buffer.consume(buffer.size());
    buffer.shrink_to_fit();
  }
  source->stop(); // gone: whoever waits for events on its behalf may stop
}

void configure(websocket_stream& ws, const http_limits& limits, const response& answer) {
  websocket::stream_base::timeout times{};
  times.handshake_timeout = limits.header;
  times.idle_timeout = limits.heartbeat * 2; // a ping after half of it, closed without an answer
  times.keep_alive_pings = true;
  ws.set_option(times);
  ws.read_message_max(most_message);
  ws.auto_fragment(false);
  auto headers = answer.headers;
  ws.set_option(websocket::stream_base::decorator([headers](websocket::response_type& r) {
    r.set(beast::http::field::server, "troupe/" TROUPE_VERSION);
    for (const auto& [name, value] : armour)
      r.set(beast::string_view{name.data(), name.size()}, beast::string_view{value.data(), value.size()});
    for (const auto& [name, value] : headers)
      r.set(name, value);
  }));
}

net::awaitable<void> close(std::shared_ptr<websocket_stream> ws, const outgoing_frame& last) {
  websocket::close_reason why{static_cast<websocket::close_code>(last.close_code), last.reason};
  net::steady_timer patience{ws->get_executor(), close_patience};
  patience.async_wait([ws](beast::error_code cancelled) {
    if (!cancelled)
      ws->next_layer().next_layer().close(cancelled);
  });
  beast::error_code ignored;
  co_await ws->async_close(why, net::redirect_error(net::use_awaitable, ignored));
}

net::awaitable<void> write_all(std::shared_ptr<websocket_stream> ws, frame_source& source) {
  beast::error_code failure;
  ws->text(true);
  auto& socket = ws->next_layer().next_layer();
  for (;;) {
    if (!writable(socket)) { // a client that reads nothing holds nothing here: its events wait in the log
      source.pause();
      co_await socket.async_wait(tcp::socket::wait_write, net::redirect_error(net::use_awaitable, failure));
      if (failure)
        co_return;
    }
    auto frame = co_await source.next();
    std::string first;
    while (frame.more && first.size() + frame.text->size() < most_together) {
      append_text_frame(first, *frame.text);
      frame = co_await source.next();
    }
    if (!first.empty())
      ws->next_layer().go_first(std::move(first));
    if (frame.text) {
      co_await ws->async_write(net::buffer(*frame.text), net::redirect_error(net::use_awaitable, failure));
      if (failure)
        co_return;
    }
    if (frame.end) {
      co_await close(ws, frame);
      co_return;
    }
  }
}

} // namespace

net::awaitable<void> run_websocket(tcp_socket socket, beast::http::request<beast::http::string_body> upgrade,
                                   response answer, std::shared_ptr<frame_source> source, http_limits limits,
                                   std::function<void(std::function<void()>)> set_close) {
  auto ws = std::make_shared<websocket_stream>(std::move(socket));
  set_close([weak = std::weak_ptr{ws}] {
    beast::error_code ignored;
    if (auto alive = weak.lock())
      alive->next_layer().next_layer().close(ignored);
  });
  configure(*ws, limits, answer);
  beast::error_code failure;
  co_await ws->async_accept(upgrade, net::redirect_error(net::use_awaitable, failure));
  upgrade = {}; // as large as a request, and this lives as long as the connection
  answer = {};
  if (!failure) {
    net::co_spawn(ws->get_executor(), read_all(ws, source), net::detached);
    co_await write_all(ws, *source);
  }
  beast::error_code ignored;
  ws->next_layer().next_layer().close(ignored);
  set_close({});
}

} // namespace troupe::gateway
