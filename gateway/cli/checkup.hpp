#pragma once
/// What `troupe doctor` looks at. Nothing is changed except that a missing data folder's parent is tried for writing.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace troupe::cli {

enum class health : std::uint8_t { well, warned, wrong };

/// One thing looked at: how it is, and what to do when it is not well.
struct finding {
  health state = health::well;
  std::string subject; ///< `data folder`
  std::string what;
  std::string advice; ///< empty when all is well
};

/// Everything in order: configuration, data folder, lock, free space, database, PDF reader, listen address,
/// certificates. `data` replaces the configuration's when not empty.
std::vector<finding> check_up(const std::filesystem::path& config, const std::filesystem::path& data);

} // namespace troupe::cli
