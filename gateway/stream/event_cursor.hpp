#pragma once
/// A subscriber to a research: a cursor over its event log. What it has not read yet stays in the log, so a slow client
/// costs nothing and a cut one loses nothing.

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "gateway/bridge_ask.hpp"
#include "gateway/stream/shared_page.hpp"

namespace troupe::gateway {

class alarm;
class followed_log;

/// Used on one strand only.
class event_cursor {
public:
  struct timing {
    std::chrono::milliseconds answer{10000}; ///< deadline of one read
    std::chrono::milliseconds poll{5000};    ///< read again at least this often, in case a wake-up was lost
    std::chrono::milliseconds retry{500};    ///< wait before reading again when the store is away
    unsigned retries = 60;                   ///< in a row, before giving up
    std::chrono::milliseconds rest{50};      ///< at most, before a read, among many followers
  };

  event_cursor(const std::shared_ptr<actor_bridge>& bridge, const research_id& research, event_seq after,
               const net::any_io_executor& executor, timing times);
  event_cursor(event_cursor&&) noexcept;
  event_cursor& operator=(event_cursor&&) = delete;
  ~event_cursor();

  /// What there is now after the cursor, which may be nothing, and moves past it.
  net::awaitable<expected<page_ptr>> first();

  /// The events after the cursor as soon as there are any, and moves past them. An empty page after `idle` without
  /// news, or when the log has ended (`final`). Fails with `cancelled` after `stop`, and with what the store says.
  net::awaitable<expected<page_ptr>> next(std::chrono::milliseconds idle);
  /// Moves back to what was read but not sent.
  void move_to(event_seq seq) noexcept { after_ = seq; }
  /// Ends a `next` that waits. On the strand.
  void stop() noexcept;

private:
  net::awaitable<expected<page_ptr>> read();
  void move_past(const shared_page& page);
  void rest_next();

  std::shared_ptr<followed_log> log_;
  std::shared_ptr<alarm> alarm_;
  std::uint64_t number_; ///< among the log's followers
  event_seq after_;
  timing times_;
  std::chrono::steady_clock::time_point not_before_{}; ///< the next read, among many
};

} // namespace troupe::gateway
