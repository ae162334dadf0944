#pragma once
/// What arrives on a connection: a request as the application takes it, a time limit on its arrival, and what to say of
/// one that did not come whole.

#include "gateway/http/session.hpp"

namespace troupe::gateway {

/// The request of a header that was read; its texts are views into `in`. The body is not in it yet.
request make_request(const beast::http::request<beast::http::string_body>& in, const net::any_io_executor& executor);

/// Whether a proxy in front may find another end of this request than we do (RFC 9112, section 6.1), or its body is in
/// a coding that we don't undo.
bool is_ambiguous(const beast::http::request<beast::http::string_body>& in);

error too_slow(std::chrono::milliseconds limit);

/// The parser's verdict on bytes that came, not on bytes that did not.
bool is_malformed(const beast::error_code& why);

error malformed(const beast::error_code& why);

/// Gives up what a socket waits for when a time is over, and leaves it open, so that its client can be told. On the
/// connection's thread.
class time_limit {
public:
  time_limit(tcp_socket& socket, std::chrono::milliseconds limit)
    : state_(std::make_shared<shared>(socket.get_executor())) {
    state_->timer.expires_after(limit);
    watch(state_, socket);
  }
  time_limit(const time_limit&) = delete;
  time_limit& operator=(const time_limit&) = delete;
  ~time_limit() { disarm(); }

  [[nodiscard]] bool over() const { return state_->passed; }
  /// Whether it was this that ended the wait. Nothing is given up any more.
  bool passed() {
    disarm();
    return state_->passed;
  }

private:
  struct shared {
    thread_timer timer;
    bool armed = true;
    bool passed = false;
    explicit shared(const thread_executor& executor) : timer(executor) {}
  };
  /// Cancels again and again: what has just been done, and goes on with the next piece, is not there to be cancelled.
  static void watch(const std::shared_ptr<shared>& state, tcp_socket& socket) {
    state->timer.async_wait([state, &socket](beast::error_code failure) {
      if (failure || !state->armed)
        return;
      state->passed = true;
      socket.cancel(failure);
      state->timer.expires_after(std::chrono::milliseconds{100});
      watch(state, socket);
    });
  }
  void disarm() {
    state_->armed = false;
    state_->timer.cancel();
  }

  std::shared_ptr<shared> state_;
};

/// For a stream: the kernel holds little that the client has not asked for yet, instead of megabytes (tcp(7),
/// TCP_NOTSENT_LOWAT). What has been sent and is under way does not count, so distance costs no speed.
void keep_little_unsent(tcp_socket& socket) noexcept;
/// Whether the kernel takes more for this client now. Costs one system call and waits for nothing.
bool writable(tcp_socket& socket) noexcept;

} // namespace troupe::gateway
