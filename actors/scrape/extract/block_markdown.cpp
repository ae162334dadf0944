// The Markdown side of `block_writer`: prefixes of quotes and items, rows, headings.
#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/block_writer.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_prefix = 80; ///< of a Markdown line: containers nested deeper are not shown

} // namespace

std::string block_writer::first_prefix() {
  std::string out;
  for (auto& x : containers_) {
    if (out.size() > longest_prefix)
      break;
    auto marker = x.quote ? std::string{"> "} : x.ordered ? std::to_string(x.number) + ". " : std::string{"- "};
    if (x.quote || x.marker_due)
      out += marker;
    else
      out.append(marker.size(), ' ');
    if (x.list && x.marker_due) {
      x.marker_due = false;
    }
  }
  return out;
}

std::string block_writer::rest_prefix() const {
  std::string out;
  for (auto& x : containers_) {
    if (out.size() > longest_prefix)
      break;
    out += x.quote ? "> " : x.ordered ? std::string(std::to_string(x.number).size() + 2, ' ') : "  ";
  }
  return out;
}

void block_writer::write_markdown(std::string_view content, bool verbatim) {
  auto rest = rest_prefix();
  auto item = list_depth_ > 0 && !containers_.empty() && containers_.back().marker_due;
  if (!markdown_.empty() && !(item && last_was_item_))
    markdown_ += "\n";
  last_was_item_ = list_depth_ > 0 && is_item(current_.kind);
  auto first = first_prefix();
  for (bool leading = true; leading || !content.empty(); leading = false) {
    auto end = std::min(content.find('\n'), content.size());
    auto line = content.substr(0, end);
    markdown_ += leading ? first : rest;
    markdown_ += verbatim ? line : trim(line);
    markdown_ += '\n';
    content.remove_prefix(std::min(end + 1, content.size()));
  }
}

void block_writer::end_markdown_block() {
  auto content = std::string{trim(inline_markdown_)};
  inline_markdown_.clear();
  if (current_.kind == block_kind::table_row) {
    auto cells = std::max<std::uint32_t>(row_cells_, 1);
    auto row = rest_prefix() + "| " + content + " |\n";
    if (header_due_) {
      if (!markdown_.empty())
        markdown_ += '\n';
      markdown_ += row + rest_prefix() + "|";
      for (std::uint32_t i = 0; i < cells; ++i)
        markdown_ += " --- |";
      markdown_ += '\n';
      header_due_ = false;
    } else {
      markdown_ += row;
    }
    return;
  }
  if (current_.kind == block_kind::heading)
    content = std::string(current_.level, '#') + " " + content;
  else if (current_.kind == block_kind::caption)
    content = "*" + content + "*";
  write_markdown(content, false);
}

} // namespace troupe
