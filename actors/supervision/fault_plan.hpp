#pragma once
/// Faults put into actors from outside, for chaos tests: `tests/chaos/README.md`. Builds without the CMake option
/// TROUPE_FAULTS know none and refuse to start with the environment variable of that name set.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/error.hpp"

namespace troupe {

enum class fault_kind : std::uint8_t {
  none,
  throws, ///< every message ends the actor with an exception
  silent, ///< messages are taken and never answered
  slow,   ///< each message takes `factor` times as long
};

struct fault {
  fault_kind kind = fault_kind::none;
  double factor = 1;
  bool operator==(const fault&) const = default;
};

/// Actors whose path matches `glob` have this fault: `*` is any part of one component, `**` of several.
struct fault_rule {
  std::string glob;
  fault what;
};

/// `PATHGLOB:FAULT`, several joined by `;` or line ends; `#` begins a comment line. The error names the bad part.
expected<std::vector<fault_rule>> parse_faults(std::string_view text);
bool path_matches(std::string_view glob, std::string_view path);

/// Reads the environment variable TROUPE_FAULTS, a list or `@FILE`. Called once, before any actor starts.
expected<void> load_faults();
/// The same with the value given; empty for none.
expected<void> load_faults(const std::string& value);

/// Where one actor asks for its fault. Used by that actor's thread alone.
class fault_point {
public:
  explicit fault_point(std::string path) : path_(std::move(path)) {}
  /// What holds now. A file of faults is looked at again when the last look was a second ago.
  fault now();
  /// Sleeps until work that took `spent` took `factor` times as long, or until the fault is lifted.
  void stretch(std::chrono::nanoseconds spent);

private:
  std::string path_;
  std::uint64_t seen_ = 0;
  fault current_;
};

/// Null unless faults were loaded.
std::unique_ptr<fault_point> fault_point_for(const std::string& path);

} // namespace troupe
