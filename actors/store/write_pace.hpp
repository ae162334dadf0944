#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// How fast the writer answers: a line about once a second, such as `1.2 k/s · p99 4 ms`.
class write_pace {
public:
  using clock = std::chrono::steady_clock;

  /// An op was answered after `took`.
  void answered(clock::duration took) { took_.push_back(took); }
  /// The line, when a second has passed since the last.
  std::optional<std::string> line(clock::time_point now);

private:
  std::vector<clock::duration> took_; ///< of this second; cleared with each line
  clock::time_point since_{};
};

} // namespace troupe
