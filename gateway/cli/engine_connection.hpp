#pragma once
/// How a command reaches its engine: a server named, the server that holds the data folder, or a node of its own.

#include <chrono>
#include <memory>
#include <string>

#include "gateway/cli/command.hpp"
#include "gateway/cli/http_client.hpp"

namespace troupe::cli {

class running_node;

/// Main thread. Ending it ends the node it may have started, gracefully.
class engine_connection {
public:
  /// With `--server`: that one. Otherwise whoever holds the data folder's lock (its address stands in
  /// `<data>/endpoint`), and when nobody does, a node started in this process on a loopback port.
  static expected<engine_connection> open(const engine_options& options);

  /// The server that runs, named or by the data folder; `unavailable` when there is none. Starts nothing.
  static expected<http_client> running_server(const engine_options& options);

  engine_connection(engine_connection&&) noexcept;
  engine_connection& operator=(engine_connection&&) noexcept;
  ~engine_connection();

  [[nodiscard]] const http_client& client() const noexcept { return client_; }
  /// A node of this process answers: it may read what this command's options say.
  [[nodiscard]] bool embedded() const noexcept { return node_ != nullptr; }
  /// After the connection broke: the same server if it is named, otherwise whoever holds the data folder now.
  expected<http_client> reconnect();
  /// What `ask` gets of the server, as an `expected`. When the server goes away in the middle of it (another command
  /// that held the data folder has ended) it is asked of whoever holds the folder now: `ask` must bear being repeated.
  template <class F>
  auto with_server(F ask) {
    auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    for (;;) {
      auto answer = ask(http_client{client_}); // a copy: finding another server replaces ours
      if (answer || !may_have_moved(answer.error()) || std::chrono::steady_clock::now() > until)
        return answer;
      if (auto found = reconnect(); !found)
        return decltype(answer){tl::make_unexpected(found.error())};
    }
  }
  /// Ends the embedded node, if there is one, before the destructor does.
  void close();

private:
  /// Whether that error may be the end of whoever held the data folder; waits a moment for it if so.
  [[nodiscard]] bool may_have_moved(const error& why) const;

  engine_connection(engine_options options, http_client client, std::unique_ptr<running_node> node);

  engine_options options_;
  http_client client_;
  std::unique_ptr<running_node> node_;
};

} // namespace troupe::cli
