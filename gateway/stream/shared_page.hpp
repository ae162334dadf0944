#pragma once
/// A page of a log as all who follow it get it: read once, encoded once. Plain values.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "protocols/ledger.hpp"

namespace troupe::gateway {

/// Never changed, and true for ever unless it is empty: what follows in an append-only log is found by asking again.
struct shared_page {
  struct event {
    event_seq seq;
    std::string text; ///< JSON, on one line
  };
  std::vector<event> events;
  event_seq last; ///< seq of the last event; where the page begins when it is empty
  bool final = false;
  std::size_t bytes = 0; ///< of memory, about

  /// Whether there was hardly more to read: a guess, as a large event may stand behind it.
  [[nodiscard]] bool is_short() const noexcept { return events.size() < 50 && bytes < 8u << 10; }
};
using page_ptr = std::shared_ptr<const shared_page>;

page_ptr share(const event_page& page);

/// How long a follower rests before it reads again, so that events which come one by one reach a crowd many at a time:
/// not at all among few, up to `most` among many. Those of a crowd differ by their `number`, so that not all move at
/// once.
std::chrono::milliseconds rest_among(std::size_t followers, std::uint64_t number,
                                     std::chrono::milliseconds most) noexcept;

} // namespace troupe::gateway
