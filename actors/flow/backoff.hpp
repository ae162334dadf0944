#pragma once
/// How long to wait before the next try: exponential with jitter, the same for the same seed.

#include <chrono>
#include <cstdint>

namespace troupe {

struct backoff_options {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds limit{30000};
  double factor = 2.0;
  double jitter = 0.5; ///< share of each wait that is random, 0 (none) to 1 (full)
};

/// One sequence of tries. A plain value; not shared between threads.
class backoff {
public:
  explicit backoff(backoff_options options = {}, std::uint64_t seed = 1) noexcept;

  /// The wait before the next try: within `[(1 - jitter) x, x]` for `x = min(limit, first * factor^tries)`.
  std::chrono::milliseconds next() noexcept;
  /// A try succeeded: the next wait is the first again.
  void reset() noexcept { tries_ = 0; }
  /// Waits given since the last reset.
  [[nodiscard]] std::uint32_t tries() const noexcept { return tries_; }

private:
  backoff_options options_;
  std::uint64_t random_;
  std::uint32_t tries_ = 0;
};

} // namespace troupe
