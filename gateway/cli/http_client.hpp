#pragma once
/// The command line's one way to an engine: HTTP to its gateway, whether that is on another machine or in this process.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/error.hpp"

namespace troupe::cli {

/// What one request carries besides its path.
struct http_call {
  std::string method = "GET";
  std::string path;                         ///< below the server's address, with its leading slash
  std::string accept = "application/json";  ///< sent as `Accept`
  std::string media_type;                   ///< of `body`, sent as `Content-Type` when not empty
  std::string body;                         ///< sent when `media_type` is not empty
  std::vector<std::string> headers;         ///< further header lines
  std::chrono::milliseconds within{60'000}; ///< the whole exchange; streams: without a byte for this long
};

/// A successful answer; failures are errors (problem+json is read into them).
struct http_answer {
  long status = 0;
  std::string media_type;
  std::string body;
};

/// Requests to one server. Not thread-safe; cheap to make.
class http_client {
public:
  /// `base`: `http://host:port`, a trailing slash is dropped.
  explicit http_client(std::string base);

  [[nodiscard]] const std::string& base() const noexcept { return base_; }

  /// One request with its whole answer, at most 256 MiB. Any status from 400 up is an error: the problem's code,
  /// detail and advice where the server gave them. Nobody there: `connect_failed`.
  [[nodiscard]] expected<http_answer> send(const http_call& call) const;

  /// One request whose answer is handed on as it comes. `on_bytes` says whether to go on; `on_tick` runs about every
  /// 100 ms and says the same. Answers whether the server ended the stream (`false`: one of the two did).
  [[nodiscard]] expected<bool> stream(const http_call& call, const std::function<bool(std::string_view)>& on_bytes,
                                      const std::function<bool()>& on_tick) const;

private:
  std::string base_;
};

/// Whether `base` is an address of this machine only.
bool on_loopback(const std::string& base);
/// `text` percent-encoded for a path segment or a query value.
std::string url_encoded(std::string_view text);

/// The error told by a problem+json body (RFC 9457), or one made of the status when it is none.
error problem_error(long status, std::string_view body);

} // namespace troupe::cli
