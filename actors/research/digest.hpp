#pragma once
/// The hash that names snapshots.

#include <string>
#include <string_view>

namespace troupe {

/// SHA-256 (FIPS 180-4) of `bytes`, lower-case hexadecimal.
std::string snapshot_digest(std::string_view bytes);

} // namespace troupe
