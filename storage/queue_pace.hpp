#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "protocols/time.hpp"

namespace troupe::storage {

/// When whoever finds the queue full is likely to find room: from how fast researches left it lately. Each one sent
/// away is given the place of the next departure that nobody before it was promised, so that those who wait as long as
/// they are told do not all come back for the same place. Owned by one thread; times are the operations' own.
class queue_pace {
public:
  static constexpr std::chrono::seconds shortest{1};
  static constexpr std::chrono::seconds longest{600};

  /// `count` researches left the queue.
  void left(std::uint32_t count, timestamp at);

  /// What to tell one that is sent away. `oldest_running`: how long the one that has run longest does so already, asked
  /// for only while no rate is known: nobody knows better than that it may take as long again.
  std::chrono::seconds wait(timestamp at, const std::function<std::chrono::seconds()>& oldest_running);

  /// Departures a second, when enough are known to tell.
  [[nodiscard]] std::optional<double> rate(timestamp at) const;

private:
  struct departures {
    timestamp at;
    std::uint32_t count;
  };
  void forget(timestamp now);

  std::deque<departures> recent_; ///< what came within a second is one
  timestamp promised_{};          ///< when the last one sent away is to find its place
};

} // namespace troupe::storage
