#include "actors/store/write_pace.hpp"

#include <algorithm>
#include <cstdio>

namespace troupe {

std::optional<std::string> write_pace::line(clock::time_point now) {
  auto span = std::chrono::duration<double>(now - since_).count();
  if (span < 1.0 || took_.empty())
    return std::nullopt;
  auto place = took_.begin() + static_cast<std::ptrdiff_t>(took_.size() * 99 / 100);
  std::nth_element(took_.begin(), place, took_.end());
  auto worst = std::chrono::duration<double, std::milli>(*place).count();
  // The first line, and one after a pause, would divide by the pause.
  auto rate = static_cast<double>(took_.size()) / std::min(span, 2.0);
  char line[64];
  if (rate >= 1000)
    std::snprintf(line, sizeof line, "%.1f k/s · p99 %.0f ms", rate / 1000, worst);
  else
    std::snprintf(line, sizeof line, "%.0f/s · p99 %.0f ms", rate, worst);
  took_.clear();
  since_ = now;
  return line;
}

} // namespace troupe
