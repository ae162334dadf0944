#pragma once
/// Whether this node goes down, and by when: told by an operator's request or by whoever stops it, seen by the gateway.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace troupe::gateway {

/// Any thread. It only ever goes one way.
class drain_signal {
public:
  void begin() noexcept { begun_.store(true, std::memory_order_release); }
  [[nodiscard]] bool begun() const noexcept { return begun_.load(std::memory_order_acquire); }

  /// The process is to have ended then.
  void end_by(std::chrono::steady_clock::time_point at) noexcept {
    end_.store(at.time_since_epoch().count(), std::memory_order_release);
  }
  /// Half of what is left until then, for one of the parts that still have to stop; at most `most`, and enough for a
  /// word of farewell.
  [[nodiscard]] std::chrono::milliseconds share(std::chrono::milliseconds most) const noexcept {
    using clock = std::chrono::steady_clock;
    auto end = end_.load(std::memory_order_acquire);
    if (end == 0)
      return most;
    auto left = clock::time_point{clock::duration{end}} - clock::now();
    auto half = std::chrono::duration_cast<std::chrono::milliseconds>(left) / 2;
    return std::clamp(half, std::min(farewell_, most), most);
  }

private:
  static constexpr std::chrono::milliseconds farewell_{100};

  std::atomic<bool> begun_{false};
  std::atomic<std::chrono::steady_clock::rep> end_{0};
};

} // namespace troupe::gateway
