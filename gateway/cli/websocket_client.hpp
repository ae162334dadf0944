#pragma once
/// The command line's WebSocket to a server (RFC 6455): libcurl connects as for every other request (proxy, TLS), Beast
/// speaks the protocol.

#include <memory>
#include <optional>
#include <string>

#include "protocols/error.hpp"

namespace troupe::cli {

/// Used by one thread, except `stop`.
class websocket_client {
public:
  /// Connects to `base` (`http://host:port`) and upgrades at `path`, within 10 s. A refusal is the server's problem.
  static expected<std::unique_ptr<websocket_client>> open(const std::string& base, const std::string& path);
  ~websocket_client();

  /// The next text message; nothing once the server closed. Fails with `connect_failed` when the connection breaks or
  /// is silent for a minute, and with `cancelled` after `stop`.
  expected<std::optional<std::string>> read();
  /// Ends a `read` within about 100 ms. Any thread.
  void stop() noexcept;

private:
  struct impl;
  explicit websocket_client(std::unique_ptr<impl> x);
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::cli
