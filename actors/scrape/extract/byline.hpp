#pragma once
/// Names of authors, out of the lines that hold them.

#include <string>
#include <string_view>

namespace troupe {

/// Is it an address rather than a name?
bool is_address(std::string_view x);

/// `line` (white space collapsed) without "By" and its like in front and without the date and time behind; empty when
/// what is left is no name.
std::string cleaned_byline(std::string_view line);

} // namespace troupe
