#pragma once
/// A request and a response as everything but the session sees them: our own plain types, so that Beast's templates
/// are instantiated in two units only (`http/session.cpp`, `stream/websocket.cpp`).

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "protocols/error.hpp"

namespace troupe::gateway {

namespace net = boost::asio;

enum class verb : std::uint8_t { get, head, post, put, patch, del, options, other };
const char* to_string(verb x) noexcept;

/// Valid while its connection handles it: the views point into what was read.
struct request {
  verb method = verb::get;
  std::string_view target; ///< as sent
  std::string path;        ///< of the target, still percent-encoded
  std::string query;       ///< without the question mark, still percent-encoded
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::string body;
  std::string id; ///< `X-Request-Id`, theirs or ours
  net::any_io_executor executor;

  /// First header of this name in any case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
  /// First parameter of this name, decoded; nothing when there is none.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  /// Fails with `invalid_argument` when there is a parameter of another name, or one of them twice.
  [[nodiscard]] expected<void> only(std::span<const std::string_view> names) const;
  /// A whole number from a parameter: `otherwise` when it is absent, `invalid_argument` when it is none or outside
  /// `[least, most]`.
  [[nodiscard]] expected<std::uint64_t> number(std::string_view name, std::uint64_t otherwise, std::uint64_t least,
                                               std::uint64_t most) const;
};

/// A body that is made while it is sent (SSE). All calls on the connection's strand.
class body_source {
public:
  virtual ~body_source() = default;
  /// More of it; nothing at its end.
  virtual net::awaitable<std::optional<std::string>> next() = 0;
  /// The server stops: end soon.
  virtual void stop() noexcept = 0;
};

/// One text frame, or the end of a WebSocket, or both.
struct outgoing_frame {
  std::shared_ptr<const std::string> text; ///< may be shared with other connections
  bool more = false;                       ///< the next call gives another text, at once
  bool end = false;                        ///< close after it
  std::uint16_t close_code = 1000;
  std::string reason;
};

/// What a WebSocket says and hears. All calls on the connection's strand.
class frame_source {
public:
  virtual ~frame_source() = default;
  /// The next frame, once there is one. Asked for only when the client takes it.
  virtual net::awaitable<outgoing_frame> next() = 0;
  /// The client does not keep up: let go of what was read ahead.
  virtual void pause() noexcept = 0;
  /// A message of the client's, a text or not. What it does not understand it may answer by ending `next`.
  virtual net::awaitable<void> received(std::string message, bool is_text) = 0;
  virtual void stop() noexcept = 0;
};

struct response {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::unique_ptr<body_source> stream;  ///< instead of `body`
  std::unique_ptr<frame_source> socket; ///< upgrade to a WebSocket; the request asked for it
  std::string code;                     ///< of a problem, for the log

  response& set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

response json_response(std::string body, unsigned status = 200);
response text_response(std::string body, std::string content_type, unsigned status = 200);

/// Percent-decoding; with `plus`, `+` is a space (queries). Malformed escapes fail with `invalid_argument`.
expected<std::string> percent_decode(std::string_view s, bool plus);
bool same_text(std::string_view a, std::string_view b) noexcept; ///< ASCII case-insensitive

} // namespace troupe::gateway
