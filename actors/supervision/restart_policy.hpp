#pragma once
/// When a failed child is started again, and when its supervisor gives up: restart intensity in a window (Erlang/OTP's
/// `supervisor`), jittered exponential backoff, forgotten after quiet. Plain values, no clock of its own.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>

namespace troupe {

/// Which siblings a failure takes along.
enum class restart_strategy : std::uint8_t {
  one_for_one,  ///< only the failed child
  one_for_all,  ///< all children
  rest_for_one, ///< the failed child and those started after it
};

struct restart_intensity {
  std::uint32_t max_restarts = 5; ///< more than these within `window`: give up
  std::chrono::milliseconds window{60000};
  std::chrono::milliseconds first{50};      ///< backoff before the second restart in a row; the first is at once
  std::chrono::milliseconds longest{10000}; ///< backoff never grows beyond this
  std::chrono::milliseconds quiet{60000};   ///< running this long forgets the backoff
};

/// One child's history.
class restart_record {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The child ended at `now` after it was started at `started`. The delay before it is started again, or nothing when
  /// the intensity is exceeded. `random` in [0, 1) spreads the delay over [half, whole].
  std::optional<std::chrono::milliseconds> failed(const restart_intensity& limits, time_point started, time_point now,
                                                  double random);

private:
  std::deque<time_point> recent_; // at most max_restarts + 1
  std::uint32_t in_a_row_ = 0;
};

} // namespace troupe
