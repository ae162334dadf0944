#pragma once
/// What Beast's WebSocket writes to: a socket before whose next frame others may go, in the same write.
///
/// Beast writes one frame at a time, whoever wants one: text of ours, pongs, pings and closes of its own. Each is one
/// call here and is written whole by it, so what begins a call begins a frame, and whole frames may go before any of
/// them (RFC 6455, section 5.4: unfragmented messages and control frames follow each other as they like).

#include <memory>
#include <string>

#include "gateway/http/session.hpp"

#include <boost/beast/websocket/teardown.hpp>

namespace troupe::gateway {

/// A stream as Beast wants it for its asynchronous calls. On the connection's thread.
class frame_socket {
public:
  using executor_type = tcp_socket::executor_type;
  using next_layer_type = tcp_socket;

  explicit frame_socket(tcp_socket socket) : socket_(std::move(socket)) {}
  executor_type get_executor() noexcept { return socket_.get_executor(); }
  tcp_socket& next_layer() noexcept { return socket_; }
  const tcp_socket& next_layer() const noexcept { return socket_; }

  /// Whole frames, for the next write to begin with.
  void go_first(std::string frames) { first_ = std::make_shared<const std::string>(std::move(frames)); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }

  /// Writes all of `buffers`.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return net::async_compose<Token, void(beast::error_code, std::size_t)>(
      writing<Buffers>{socket_, std::exchange(first_, nullptr), buffers}, token, socket_);
  }

private:
  template <class Buffers>
  struct writing {
    tcp_socket& socket;
    std::shared_ptr<const std::string> first;
    Buffers buffers;
    bool begun = false;

    template <class Self>
    void operator()(Self& self, beast::error_code failure = {}, std::size_t written = 0) {
      auto ahead = first ? first->size() : 0;
      if (begun)
        return self.complete(failure, written - std::min(written, ahead));
      begun = true;
      auto all = beast::buffers_cat(first ? net::buffer(*first) : net::const_buffer{}, buffers);
      net::async_write(socket, all, std::move(self));
    }
  };

  tcp_socket socket_;
  std::shared_ptr<const std::string> first_;
};

/// Found by Beast, to end a connection after its closing frames.
template <class Token>
void async_teardown(beast::role_type role, frame_socket& socket, Token&& token) {
  beast::websocket::async_teardown(role, socket.next_layer(), std::forward<Token>(token));
}

/// A text frame of a server's: whole, not masked (RFC 6455, section 5.2).
void append_text_frame(std::string& out, std::string_view text);

} // namespace troupe::gateway
