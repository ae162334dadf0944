#pragma once
/// Where uploaded documents wait until they are read.

#include <filesystem>
#include <string>
#include <string_view>

#include "protocols/error.hpp"

namespace troupe::gateway {

/// A file name from what a client called it: its last component, letters, digits, `._-` and non-ASCII kept, others `_`,
/// at most 100 bytes, never hidden or empty, with `extension` unless it ends in a readable one.
std::string safe_file_name(std::string_view asked, std::string_view extension);

/// Writes `bytes` to `<folder>/<id>/<name>`, synced: what is accepted survives. Answers the file's path.
expected<std::string> spool(const std::filesystem::path& folder, const std::string& id, const std::string& name,
                            std::string_view bytes);

} // namespace troupe::gateway
