#pragma once
/// Local paths in requests: absolute, and below an allowed root also after links are resolved (DESIGN section 9).

#include <string>
#include <vector>

#include "protocols/error.hpp"

namespace troupe::gateway {

/// Fails with `path_not_allowed`. A path that does not exist is judged by the part of it that does. The scrape room
/// checks again when it opens files.
expected<void> check_path(const std::string& path, const std::vector<std::string>& roots);

} // namespace troupe::gateway
