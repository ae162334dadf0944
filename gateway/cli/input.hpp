#pragma once
/// Reading what the command line names: a file, or standard input for `-`.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "protocols/error.hpp"

namespace troupe::cli {

/// The bytes of `path`, of standard input for `-`. `too_large` beyond `limit`; `unreadable` says why.
expected<std::string> read_input(const std::filesystem::path& path, std::uint64_t limit);

/// Calls `take` for each line of standard input (without its LF or CRLF), empty ones too, until the end.
void each_input_line(const std::function<void(std::string_view)>& take);

} // namespace troupe::cli
