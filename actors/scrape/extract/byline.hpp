#pragma once
/// Names of authors, out of the lines that hold them.

#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Is it an address rather than a name?
bool is_address(std::string_view x);

/// Nothing but what stands before a name: "By", "Written by:", "Post author".
bool is_byline_lead(std::string_view x);

/// `line` (white space collapsed) without "By" and its like in front and without the date and time behind; empty when
/// what is left is no name.
std::string cleaned_byline(std::string_view line);

/// Stands between two runs that are not on one line.
constexpr std::string_view block_bound = "\n";

/// The same of a line that markup cuts into runs, which pages join without a space: "By" "Ann Lee" "3 May 2020". What
/// stands on the lines after the name's is left out.
std::string cleaned_byline(const std::vector<std::string>& runs);

/// Names joined as one line, each once: by commas, or by semicolons when a name has a comma itself.
std::string joined_names(const std::vector<std::string>& names);

} // namespace troupe
