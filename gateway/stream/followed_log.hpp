#pragma once
/// One log on one thread of the gateway, for all connections of this thread that follow it: subscribed once, each page
/// read once and encoded once.

#include <map>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/bridge_ask.hpp"
#include "gateway/stream/page_shelf.hpp"

namespace troupe::gateway {

class alarm;

/// Everything on its thread.
class followed_log : public std::enable_shared_from_this<followed_log> {
public:
  /// The one of the executor's thread: subscribed when it is made, gone with the last who has it.
  static std::shared_ptr<followed_log> of(const std::shared_ptr<actor_bridge>& bridge, const research_id& research,
                                          const net::any_io_executor& executor);
  followed_log(const followed_log&) = delete;
  followed_log& operator=(const followed_log&) = delete;
  ~followed_log();

  /// One more, until it leaves. Returns its number.
  std::uint64_t join() noexcept;
  void leave(std::uint64_t number) noexcept;
  [[nodiscard]] std::size_t followers() const noexcept { return followers_; }
  /// Changes when the log may have grown: look before reading, and wait with what was seen then.
  [[nodiscard]] std::uint64_t news() const noexcept { return news_; }
  /// True as soon as there is other news than `seen`, false after `most`. `who` stops it; it is the follower's own.
  net::awaitable<bool> wait(std::uint64_t number, alarm& who, std::uint64_t seen, std::chrono::milliseconds most);
  /// What stood after `after` at a moment that is not before this call, or more than nothing that stood there earlier.
  /// Asks the store at most once, besides waiting for a read that is under way; `patience` is the deadline of each.
  net::awaitable<expected<page_ptr>> page_after(event_seq after, std::chrono::milliseconds patience);
  /// For who found news that nobody rang for: subscribes again.
  void missed();

private:
  struct reading;
  class wakes;
  class registry;
  followed_log(std::shared_ptr<actor_bridge> bridge, research_id research, net::any_io_executor executor,
               registry& here);
  void ring() noexcept;
  net::awaitable<expected<page_ptr>> read(event_seq after, std::chrono::milliseconds patience);
  void keep(event_seq after, const page_ptr& page);
  void expire_later();

  std::shared_ptr<actor_bridge> bridge_;
  research_id research_;
  net::any_io_executor executor_;
  registry& here_;
  std::size_t followers_ = 0;
  std::uint64_t next_number_ = 1;
  std::uint64_t news_ = 0;
  /// For news, by number; who is not waiting costs nothing when the log grows.
  std::unordered_map<std::uint64_t, alarm*> waiting_;
  std::map<event_seq, std::shared_ptr<reading>> readings_; ///< under way; at most one a follower
  page_shelf shelf_;
  net::steady_timer expiry_;
  bool expiring_ = false;
  std::shared_ptr<wakes> wakes_;
  subscription subscribed_;
};

} // namespace troupe::gateway
