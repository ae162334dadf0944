#pragma once
/// What somebody pressed at a terminal.

#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

enum class key { text, enter, escape, backspace, up, down, page_up, page_down, home, end, unknown };

struct key_press {
  key what = key::unknown;
  char letter = 0; ///< of `text`: printable ASCII
  bool operator==(const key_press&) const = default;
};

/// The keys in what a terminal in raw mode sent at once; unknown escape sequences are one `unknown` each.
std::vector<key_press> parse_keys(std::string_view bytes);

} // namespace troupe::cli
