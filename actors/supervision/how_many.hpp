#pragma once
/// Counts in status lines.

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

/// "0 hosts", "1 host", "2 hosts".
inline std::string how_many(std::uint64_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string{one} + (n == 1 ? "" : "s");
}

} // namespace troupe
