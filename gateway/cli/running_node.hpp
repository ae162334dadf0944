#pragma once
/// A node of this process with its gateway: what `troupe serve` runs, and what other commands start when no server
/// holds the data folder.

#include <chrono>
#include <memory>
#include <string>

#include "actors/node/config.hpp"

namespace troupe::cli {

/// Main thread.
class running_node {
public:
  /// Binds the address first (in use: an error that says so), then opens the data folder (`data_locked`) and starts the
  /// tree. `<data>/endpoint` names the address while it runs.
  /// `insecure_listen`: an address beyond loopback is meant.
  static expected<std::unique_ptr<running_node>> start(const node_config& config, bool insecure_listen = false);
  /// As `stop` within the configuration's drain time.
  ~running_node();

  /// `http://127.0.0.1:8000`.
  [[nodiscard]] const std::string& address() const noexcept;
  /// An operator asked over HTTP for the node to go down: `stop` it.
  [[nodiscard]] bool drain_asked() const noexcept;
  /// The tree gave up.
  [[nodiscard]] bool failed() const;
  /// Graceful; idempotent. At once no new work is taken; researches have half of the time to end by themselves, while
  /// reading and streaming go on; then everything stops.
  void stop(std::chrono::milliseconds within, std::string_view because = "its command has ended");

private:
  struct impl;
  explicit running_node(std::unique_ptr<impl> x);
  std::unique_ptr<impl> impl_;
};

/// Where a running server's address stands.
std::filesystem::path endpoint_file(const std::filesystem::path& data);

} // namespace troupe::cli
