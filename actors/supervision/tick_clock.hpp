#pragma once
/// The processor's own time counter: a third of the price of `steady_clock`, which counts when every turn of every
/// actor is timed. Ticks of one machine may be compared between threads (invariant counters); elsewhere it is
/// `steady_clock`.

#include <chrono>
#include <cstdint>

namespace troupe {

/// Ticks since some moment in the past; never 0.
inline std::uint64_t ticks_now() noexcept {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc() | 1u;
#elif defined(__aarch64__)
  std::uint64_t result;
  asm volatile("mrs %0, cntvct_el0" : "=r"(result));
  return result | 1u;
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) | 1u;
#endif
}

/// How long `ticks` are. The rate is measured against `steady_clock` from the first call on: within 1 % after 1 ms. Any
/// thread.
std::chrono::nanoseconds duration_of_ticks(std::uint64_t ticks);

} // namespace troupe
