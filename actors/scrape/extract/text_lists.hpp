#pragma once
/// Lists in plain text: which lines begin an item.

#include <cstdint>
#include <string_view>
#include <vector>

namespace troupe {

/// What stands in front of an item: `- `, `* `, `+ `, `• `, `1. `, `1) `, `(1) `. Columns count a tab as 8.
struct text_marker {
  char style = 0; ///< the bullet, or what follows the number (`(` for one in brackets); 0 for no marker
  std::uint32_t number = 0;
  std::size_t indent = 0;  ///< column of the marker
  std::size_t content = 0; ///< column of the text
  std::size_t bytes = 0;   ///< of the line that are in front of the text

  [[nodiscard]] bool ordered() const noexcept { return style == '.' || style == ')' || style == '('; }
  /// Both stand on one level. Numbers may be aligned right.
  [[nodiscard]] bool level_with(const text_marker& x) const noexcept {
    return indent == x.indent || (ordered() && x.ordered() && content == x.content);
  }
};

std::size_t text_indentation(std::string_view line);

/// A line of one repeated mark: `=====`.
bool is_text_rule(std::string_view line);

/// The marker that `line` begins with; `style` is 0 when there is none or nothing follows it.
text_marker marker_of(std::string_view line);

/// True for each line that begins an item. A number needs a neighbour in its list that counts on from it; a bullet
/// needs one too, unless it opens a paragraph or follows a colon or rule. Time is linear.
std::vector<bool> item_lines(const std::vector<std::string_view>& lines);

} // namespace troupe
