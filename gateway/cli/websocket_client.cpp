#include "gateway/cli/websocket_client.hpp"

#include <atomic>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <curl/curl.h>
#include <poll.h>

#include "gateway/cli/http_client.hpp"

namespace troupe::cli {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using beast::error_code;

constexpr long connect_ms = 10'000;
constexpr std::chrono::seconds longest_silence{60}; ///< the server pings four times as often
constexpr int step_ms = 100;

struct easy_closer {
  void operator()(CURL* x) const noexcept { curl_easy_cleanup(x); }
};

struct freed_by_curl {
  void operator()(char* x) const noexcept { curl_free(x); }
};

struct url_closer {
  void operator()(CURLU* x) const noexcept { curl_url_cleanup(x); }
};

/// A connection of libcurl as Beast's synchronous streams want it. Waits in steps, so that `stopped` is seen.
class curl_stream {
public:
  using executor_type = net::io_context::executor_type;

  curl_stream(CURL* handle, net::io_context& io, const std::atomic<bool>& stopped)
    : handle_(handle), io_(&io), stopped_(&stopped) {
    curl_easy_getinfo(handle_, CURLINFO_ACTIVESOCKET, &socket_);
  }

  executor_type get_executor() noexcept { return io_->get_executor(); }

  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& failure) {
    net::mutable_buffer first = first_of<net::mutable_buffer>(buffers);
    return transfer(first.size(), POLLIN, failure, [&](std::size_t& n) {
      auto code = curl_easy_recv(handle_, first.data(), first.size(), &n);
      return code == CURLE_OK && n == 0 ? CURLE_GOT_NOTHING : code;
    });
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& failure) {
    net::const_buffer first = first_of<net::const_buffer>(buffers);
    return transfer(first.size(), POLLOUT, failure,
                    [&](std::size_t& n) { return curl_easy_send(handle_, first.data(), first.size(), &n); });
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    return or_throw([&](error_code& failure) { return read_some(buffers, failure); });
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    return or_throw([&](error_code& failure) { return write_some(buffers, failure); });
  }

private:
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    for (auto i = net::buffer_sequence_begin(buffers); i != net::buffer_sequence_end(buffers); ++i)
      if (Buffer b{*i}; b.size() != 0)
        return b;
    return {};
  }

  template <class F>
  static std::size_t or_throw(F f) {
    error_code failure;
    auto n = f(failure);
    if (failure)
      throw beast::system_error{failure};
    return n;
  }

  template <class F>
  std::size_t transfer(std::size_t size, short event, error_code& failure, F f) {
    failure = {};
    if (size == 0)
      return 0;
    auto until = std::chrono::steady_clock::now() + longest_silence;
    while (!stopped_->load()) {
      std::size_t n = 0;
      auto code = f(n);
      if (code == CURLE_OK)
        return n;
      if (code != CURLE_AGAIN) {
        failure = code == CURLE_GOT_NOTHING ? error_code{net::error::eof} : error_code{net::error::connection_reset};
        return 0;
      }
      if (std::chrono::steady_clock::now() > until) {
        failure = net::error::timed_out;
        return 0;
      }
      pollfd asked{socket_, event, 0};
      ::poll(&asked, 1, step_ms);
    }
    failure = net::error::operation_aborted;
    return 0;
  }

  CURL* handle_;
  net::io_context* io_;
  const std::atomic<bool>* stopped_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
};

/// Beast asks for it when the other side has closed; the handle's end closes the connection.
void teardown(beast::role_type, curl_stream&, error_code& failure) { failure = {}; }

/// `host` or `host:port`, as the `Host` header has it.
std::string authority_of(const std::string& base) {
  std::unique_ptr<CURLU, url_closer> url{curl_url()};
  if (!url || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK)
    return {};
  auto part = [&](CURLUPart which) -> std::string {
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK)
      return {};
    std::unique_ptr<char, freed_by_curl> owner{text};
    return text;
  };
  auto port = part(CURLUPART_PORT);
  return part(CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
}

CURLcode connect(CURL* h, const std::string& base) {
  curl_easy_setopt(h, CURLOPT_URL, base.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(h, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
  if (on_loopback(base)) // a proxy from the environment has no way back to this machine
    curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
  return curl_easy_perform(h);
}

} // namespace

struct websocket_client::impl {
  std::unique_ptr<CURL, easy_closer> handle{curl_easy_init()};
  net::io_context io;
  std::atomic<bool> stopped{false};
  std::optional<websocket::stream<curl_stream>> stream;
};

websocket_client::websocket_client(std::unique_ptr<impl> x) : impl_(std::move(x)) {}
websocket_client::~websocket_client() = default;

expected<std::unique_ptr<websocket_client>> websocket_client::open(const std::string& base, const std::string& path) {
  auto x = std::make_unique<impl>();
  if (!x->handle)
    return fail(errc::internal, "libcurl could not start a request", "Free some memory and try again.");
  if (auto code = connect(x->handle.get(), base); code != CURLE_OK)
    return fail(errc::connect_failed, "can't reach " + base + ": " + curl_easy_strerror(code),
                "Start it with troupe serve, or check --server.");
  x->stream.emplace(x->handle.get(), x->io, x->stopped);
  x->stream->set_option(websocket::stream_base::decorator(
    [](websocket::request_type& r) { r.set(beast::http::field::user_agent, "troupe-cli/" TROUPE_VERSION); }));
  x->stream->read_message_max(64u << 20);
  websocket::response_type answer;
  error_code failure;
  x->stream->handshake(answer, authority_of(base), path, failure);
  if (failure == websocket::error::upgrade_declined)
    return tl::make_unexpected(problem_error(static_cast<long>(answer.result_int()), answer.body()));
  if (failure)
    return fail(errc::connect_failed, base + " broke off the upgrade to a WebSocket: " + failure.message(),
                "Check that --server names a troupe server.");
  return std::unique_ptr<websocket_client>{new websocket_client{std::move(x)}};
}

expected<std::optional<std::string>> websocket_client::read() {
  beast::flat_buffer buffer;
  error_code failure;
  impl_->stream->read(buffer, failure);
  if (!failure)
    return beast::buffers_to_string(buffer.data());
  if (failure == websocket::error::closed)
    return std::nullopt;
  if (impl_->stopped)
    return fail(errc::cancelled, "somebody asked to stop");
  return fail(errc::connect_failed, "the connection to the server broke: " + failure.message(),
              "See whether it still runs.");
}

void websocket_client::stop() noexcept { impl_->stopped = true; }

} // namespace troupe::cli
