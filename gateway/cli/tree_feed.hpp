#pragma once
/// The messages of `/tree/stream` for a loop that has other things to do, too.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/cli/websocket_client.hpp"

namespace troupe::cli {

/// Reads on a thread of its own; after a break it connects again, which begins with a whole tree. Holds at most 64
/// messages: beyond, the server waits and then skips to the newest state.
class tree_feed {
public:
  /// Connects once, so that a wrong address is an error at once.
  static expected<std::unique_ptr<tree_feed>> open(const std::string& base);
  ~tree_feed();

  /// The next message, if there is one within `most`; empty otherwise.
  std::string next(std::chrono::milliseconds most);
  /// Why nothing comes just now; empty while it is connected.
  [[nodiscard]] std::string trouble();

private:
  tree_feed(std::string base, std::unique_ptr<websocket_client> first);
  void run();
  void read_one();
  bool connect();

  std::string base_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<websocket_client> client_; ///< replaced by the thread, under the mutex
  std::deque<std::string> waiting_;
  std::string trouble_;
  bool stopped_ = false;
  std::thread reader_;
};

} // namespace troupe::cli
