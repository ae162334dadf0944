#pragma once
/// A subscriber to a research: a cursor over its event log. What it has not read yet stays in the log, so a slow client
/// costs nothing and a cut one loses nothing.

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "gateway/bridge_ask.hpp"

namespace troupe::gateway {

class alarm;

/// Used on one strand only.
class event_cursor {
public:
  struct timing {
    std::chrono::milliseconds answer{10000}; ///< deadline of one read
    std::chrono::milliseconds poll{5000};    ///< read again at least this often, in case a wake-up was lost
    std::chrono::milliseconds retry{500};    ///< wait before reading again when the store is away
    unsigned retries = 60;                   ///< in a row, before giving up
  };

  event_cursor(std::shared_ptr<actor_bridge> bridge, research_id research, event_seq after,
               net::any_io_executor executor, timing times);
  event_cursor(event_cursor&&) noexcept;
  ~event_cursor();

  /// The events after the cursor as soon as there are any, and moves past them. An empty page after `idle` without
  /// news, or when the log has ended (`final`). Fails with `cancelled` after `stop`, and with what the store says.
  net::awaitable<expected<event_page>> next(std::chrono::milliseconds idle);
  /// Moves past what was read elsewhere, or back to what was read but not sent.
  void move_to(event_seq seq) noexcept { after_ = seq; }
  /// Ends a `next` that waits. On the strand.
  void stop() noexcept;

private:
  net::awaitable<expected<event_page>> read();

  std::shared_ptr<actor_bridge> bridge_;
  research_id research_;
  event_seq after_;
  timing times_;
  std::shared_ptr<alarm> alarm_;
  subscription wakes_;
};

} // namespace troupe::gateway
