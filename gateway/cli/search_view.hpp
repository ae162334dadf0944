#pragma once
/// Search hits for people.

#include <string>
#include <vector>

#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

/// Number, title and heading, score, address, then the passage wrapped at the terminal's width, at most six lines of
/// it.
std::string draw_hits(const std::vector<json_view>& hits, const terminal& where);

/// `text` broken at spaces into lines of at most `width` columns; white space collapsed; longer words stand alone.
std::vector<std::string> wrapped(std::string_view text, unsigned width);

} // namespace troupe::cli
