#include "actors/supervision/tick_clock.hpp"

namespace troupe {

namespace {

struct beginning {
  std::chrono::steady_clock::time_point time = std::chrono::steady_clock::now();
  std::uint64_t ticks = ticks_now();
};

} // namespace

std::chrono::nanoseconds duration_of_ticks(std::uint64_t ticks) {
  static const beginning first;
  beginning now;
  while (now.time - first.time < std::chrono::milliseconds{1}) // only ever at the start of a process
    now = beginning{};
  auto rate = std::chrono::duration<double, std::nano>(now.time - first.time).count()
              / static_cast<double>(now.ticks - first.ticks);
  return std::chrono::nanoseconds{static_cast<std::int64_t>(static_cast<double>(ticks) * rate)};
}

} // namespace troupe
