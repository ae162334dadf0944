#pragma once
/// One connection: reads requests one after the other (so pipelining is in order), answers them, streams, upgrades.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "gateway/http/application.hpp"
#include "gateway/options.hpp"

namespace troupe::gateway {

namespace beast = boost::beast;
using tcp = net::ip::tcp;
/// Of one thread's context: what runs on it runs one after the other, as on a strand.
using thread_executor = net::io_context::executor_type;
using tcp_socket = net::basic_stream_socket<tcp, thread_executor>;
using thread_timer =
  net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>, thread_executor>;

class session;

/// One more client that follows something, for as long as it does.
struct counted_stream {
  std::atomic<std::size_t>& count;
  explicit counted_stream(std::atomic<std::size_t>& c) : count(c) { count.fetch_add(1, std::memory_order_relaxed); }
  counted_stream(const counted_stream&) = delete;
  counted_stream& operator=(const counted_stream&) = delete;
  ~counted_stream() { count.fetch_sub(1, std::memory_order_relaxed); }
};

/// What all sessions of one server share.
struct session_pool {
  http_limits limits;
  std::shared_ptr<application> app;
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> streams{0};

  /// False at the limit of connections.
  bool enter(const std::shared_ptr<session>& s);
  void leave(const session* s);
  std::vector<std::shared_ptr<session>> all();
  [[nodiscard]] std::size_t size() const noexcept { return open_.load(std::memory_order_relaxed); }
  std::function<void()> on_empty; ///< set before draining starts

private:
  std::mutex mutex_;
  std::unordered_map<const session*, std::weak_ptr<session>> sessions_;
  std::atomic<std::size_t> open_{0};
};

/// Everything runs on the connection's thread, except the constructor, `drain`, `cut` and `close`, which post to it.
class session : public std::enable_shared_from_this<session> {
public:
  session(tcp_socket socket, std::shared_ptr<session_pool> pool);
  net::awaitable<void> run();
  /// Over the limit of connections: says so and closes.
  net::awaitable<void> turn_away();
  void drain();
  /// Closes a stream that `drain` did not end, its client reading nothing.
  void cut();
  void close();

private:
  using parser = beast::http::request_parser<beast::http::string_body>;
  enum class phase { idle, busy, streaming };
  static constexpr auto never = std::chrono::steady_clock::time_point::max();

  /// A request that became a WebSocket.
  struct upgrade {
    beast::http::request<beast::http::string_body> request;
    response answer;
  };

  net::awaitable<bool> serve_one();
  net::awaitable<void> follow();
  net::awaitable<bool> read_header(parser& p, beast::error_code failure);
  bool take_body(parser& p, std::size_t limit);
  net::awaitable<bool> read_body(parser& p, const request& r, std::size_t limit);
  net::awaitable<bool> refuse(const error& why, unsigned status, std::string_view id);
  net::awaitable<bool> write(const request& r, response& answer, bool keep);
  net::awaitable<bool> write_stream(response& answer, unsigned version, bool keep);
  net::awaitable<void> linger();
  net::awaitable<beast::error_code> send(std::string_view bytes);
  void idle_from_now();
  void watch_idle();

  tcp_socket socket_;
  thread_executor executor_; ///< of `socket_`, which a WebSocket takes away
  std::shared_ptr<session_pool> pool_;
  beast::flat_buffer buffer_;
  thread_timer idle_timer_;
  std::chrono::steady_clock::time_point idle_until_ = never; ///< then the connection is given up
  bool idle_watched_ = false;                                ///< the timer is set, for `idle_until_` or earlier
  phase phase_ = phase::idle;
  unsigned version_ = 11;
  std::unique_ptr<upgrade> upgrade_;
  body_source* body_ = nullptr;     ///< while streaming
  frame_source* frames_ = nullptr;  ///< while a WebSocket
  std::function<void()> close_now_; ///< closes the socket wherever it is now
};

} // namespace troupe::gateway
