#pragma once
/// Pages of one log that were read lately, for those of its followers that come to the same place. Plain values.

#include <chrono>
#include <deque>

#include "gateway/stream/shared_page.hpp"

namespace troupe::gateway {

/// Holds no more than its followers would hold by themselves: nothing for one alone, and beyond its bounds the oldest
/// page goes.
class page_shelf {
public:
  using time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t most_pages = 32;
  static constexpr std::size_t most_bytes = 256u << 10;
  static constexpr std::size_t bytes_each = 16u << 10; ///< for every follower but the first
  /// A short page is out of date soon: who is behind by more gets a longer one from the store.
  static constexpr std::chrono::milliseconds most_age{500};

  /// What was read after `after` and is not too old; null when there is none.
  [[nodiscard]] page_ptr find(event_seq after, time now) const noexcept;
  /// An empty page is not kept: it may be untrue already.
  void keep(event_seq after, page_ptr page, std::size_t followers, time now);
  /// Lets go of what is too old at `now`.
  void expire(time now) noexcept;
  [[nodiscard]] bool empty() const noexcept { return kept_.empty(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
  struct kept {
    event_seq after;
    page_ptr page;
    time since;
  };
  void drop_oldest() noexcept;

  std::deque<kept> kept_; ///< oldest first
  std::size_t bytes_ = 0;
};

} // namespace troupe::gateway
