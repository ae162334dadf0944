#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "protocols/time.hpp"

namespace troupe::storage {

/// When whoever finds the queue full is likely to find room: from how fast researches left it lately, while any waited
/// in it. Time in which nothing waited says nothing of how fast the node is. Each one sent away is given the place of
/// the next departure that nobody before it was promised, so that those who wait as long as they are told do not all
/// come back for the same place. Owned by one thread; times are the operations' own.
class queue_pace {
public:
  static constexpr std::chrono::seconds shortest{1};
  static constexpr std::chrono::seconds longest{600};

  /// What runs at the moment.
  struct in_work {
    std::uint32_t count = 0;
    std::chrono::milliseconds oldest{}; ///< for how long the one that has run longest does so
  };

  /// One research left the queue.
  void left(timestamp at);
  /// Whether any waits, from now on.
  void waiting(bool any, timestamp at);

  /// What to tell one that is sent away. `running` is asked for only while no rate is known: nobody knows better then
  /// than that what runs may take as long again, 2 s at least.
  std::chrono::seconds wait(timestamp at, const std::function<in_work()>& running);

  /// Departures a second while any waited, when enough are known to tell.
  [[nodiscard]] std::optional<double> rate(timestamp at) const;

private:
  /// A part of a time in which the queue was never empty; the last one may still go on.
  struct stretch {
    timestamp from;
    timestamp until;
    std::uint64_t left = 0;
    bool first = false; ///< what left within its first second only filled slots that were free
  };
  void forget(timestamp now);
  std::chrono::seconds place(double rate, std::chrono::seconds least, timestamp at);

  std::deque<stretch> known_;
  bool going_on_ = false;  ///< the last stretch is
  timestamp seen_{};       ///< the newest time
  timestamp left_at_{};    ///< the newest departure
  timestamp promised_{};   ///< when the last one sent away is to find its place
  double promised_by_ = 0; ///< the rate that this was reckoned with
};

} // namespace troupe::storage
