#pragma once
/// The listening socket, bound before anything else starts, so that a taken address is one sentence at the terminal.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "protocols/error.hpp"

namespace troupe::gateway {

/// A bound, listening TCP socket. Shared by the incarnations of the gateway: each takes a duplicate.
class bound_listener {
public:
  bound_listener(int fd, std::string address, std::uint16_t port)
    : fd_(fd), address_(std::move(address)), port_(port) {}
  bound_listener(const bound_listener&) = delete;
  bound_listener& operator=(const bound_listener&) = delete;
  ~bound_listener();

  /// A descriptor of the same socket, owned by the caller; -1 when the process has none left.
  [[nodiscard]] int duplicate() const noexcept;
  [[nodiscard]] const std::string& address() const noexcept { return address_; } ///< numeric
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }            ///< as bound, never 0
  [[nodiscard]] bool is_v6() const noexcept { return address_.find(':') != std::string::npos; }
  /// `127.0.0.1:8000`, `[::1]:8000`: where a client on this machine reaches it (loopback for a wildcard address).
  [[nodiscard]] std::string endpoint() const;

private:
  int fd_;
  std::string address_;
  std::uint16_t port_;
};

/// Binds `ADDRESS:PORT` (`127.0.0.1:8000`, `[::1]:0`, `localhost:8000`, `:8000` for all of IPv4); port 0: any free one.
/// Errors say what to do: `invalid_argument`, `conflict` (address in use), `unavailable`.
expected<std::shared_ptr<bound_listener>> bind_listener(const std::string& address);

/// A server that listens beyond loopback without authentication is refused unless told to.
expected<void> check_exposure(const bound_listener& listener, bool insecure_listen);

/// Writes `endpoint()` and a newline to `<data>/endpoint`, whole or not at all; `remove_endpoint` takes it away if it
/// is still ours.
expected<void> write_endpoint(const std::filesystem::path& data, const std::string& endpoint);
void remove_endpoint(const std::filesystem::path& data, const std::string& endpoint) noexcept;

} // namespace troupe::gateway
