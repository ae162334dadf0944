#pragma once
/// The supervision tree for all who watch it: one look at it serves everybody, and without watchers nobody looks.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "gateway/http/message.hpp"
#include "gateway/stream/tree_history.hpp"

namespace troupe::gateway {

class actor_bridge;
class wake_target;

/// Any thread.
class tree_feed : public std::enable_shared_from_this<tree_feed> {
public:
  /// `strand` makes an executor to look from; `every`: between two looks.
  tree_feed(std::shared_ptr<actor_bridge> bridge, std::function<net::any_io_executor()> strand,
            std::chrono::milliseconds every);
  ~tree_feed();

  /// Wakes `target` after each change until `leave`; the first one starts the looking.
  std::uint64_t join(std::weak_ptr<wake_target> target);
  void leave(std::uint64_t watcher);
  /// What somebody who knows version `seen` is to be told, and moves `seen`; nothing when there is no news.
  std::shared_ptr<const std::string> news(std::uint64_t& seen);

private:
  net::awaitable<void> look();
  bool watched();
  void take(tree_snapshot now);

  std::shared_ptr<actor_bridge> bridge_;
  std::function<net::any_io_executor()> strand_;
  std::chrono::milliseconds every_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::weak_ptr<wake_target>> watchers_; ///< bounded by the number of connections
  std::uint64_t next_watcher_ = 1;
  bool looking_ = false;
  tree_history history_;
  /// News for the two versions that nearly everybody asks from: 0 and the last but one.
  std::shared_ptr<const std::string> whole_, step_;
};

/// A watcher's WebSocket: the whole tree first, then its changes. One that reads slowly skips to the newest state.
/// Understands no message: closes 1008 and 1003 as the others do, and 1001 when the server stops.
std::unique_ptr<frame_source> make_tree_frames(std::shared_ptr<tree_feed> feed, net::any_io_executor executor);

} // namespace troupe::gateway
