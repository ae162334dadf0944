#pragma once
/// Lists in plain text: which lines begin an item.

#include <cstdint>
#include <string_view>
#include <vector>

#include "actors/scrape/extract/block_writer.hpp"

namespace troupe {

/// What stands in front of an item: `- `, `* `, `+ `, `• `, `1. `, `1) `, `(1) `, `#. `. Columns count a tab as 8.
struct text_marker {
  char style = 0; ///< the bullet, or what follows the number (`(` for one in brackets); 0 for no marker
  std::uint32_t number = 0;
  std::size_t indent = 0;  ///< column of the marker
  std::size_t content = 0; ///< column of the text
  std::size_t bytes = 0;   ///< of the line that are in front of the text

  [[nodiscard]] bool ordered() const noexcept { return style == '.' || style == ')' || style == '(' || style == '#'; }
  /// Both stand on one level. Numbers may be aligned right.
  [[nodiscard]] bool level_with(const text_marker& x) const noexcept {
    return indent == x.indent || (ordered() && x.ordered() && content == x.content);
  }
};

/// The lists that are open while text is written, each by its last item.
class open_text_lists {
public:
  explicit open_text_lists(block_writer& out) : out_(out) {}

  /// Begins an item, in the list it belongs to by its column.
  void enter(const text_marker& x);
  /// Ends the lists whose items' text begins right of `indent`; all at 0.
  void leave(std::size_t indent);
  [[nodiscard]] bool empty() const noexcept { return lists_.empty(); }
  /// Column of the text of the innermost item; 0 outside of lists.
  [[nodiscard]] std::size_t content() const noexcept { return lists_.empty() ? 0 : lists_.back().content; }

private:
  void close();

  block_writer& out_;
  std::vector<text_marker> lists_;
};

std::size_t text_indentation(std::string_view line);

/// A line of one repeated mark: `=====`.
bool is_text_rule(std::string_view line);

/// The lines of `text`, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

/// The marker that `line` begins with; `style` is 0 when there is none or nothing follows it.
text_marker marker_of(std::string_view line);

/// True for each line that begins an item. A number needs a neighbour in its list that counts on from it; a bullet
/// needs one too, unless it opens a paragraph or follows a colon or rule. Time is linear.
std::vector<bool> item_lines(const std::vector<std::string_view>& lines);

} // namespace troupe
