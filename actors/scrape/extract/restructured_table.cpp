#include "actors/scrape/extract/restructured_table.hpp"

#include <algorithm>
#include <string>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/restructured_inline.hpp"
#include "actors/scrape/extract/text_lists.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_columns = 64;

/// Byte at which `column` begins; the end of the line when it is shorter. Columns count code points from `from` on.
std::size_t byte_of(std::string_view line, std::size_t column, std::size_t from = 0) {
  auto at = std::min(from, line.size());
  for (; at < line.size(); ++at) {
    auto starts = (static_cast<unsigned char>(line[at]) & 0xC0) != 0x80;
    if (starts && column == 0)
      break;
    column -= starts ? 1 : 0;
  }
  return at;
}

class table_reader {
public:
  table_reader(std::string_view rule, block_writer& out)
    : out_(out), indent_(text_indentation(rule)), grid_(trim(rule).starts_with('+')) {
    rule = trim(rule);
    for (std::size_t i = 0; i < rule.size() && starts_.size() < most_columns; ++i)
      if (grid_ ? rule[i] == '+' && i + 1 < rule.size() : rule[i] == '=' && (i == 0 || rule[i - 1] != '='))
        starts_.push_back(i);
    cells_.resize(starts_.size());
  }

  void line(std::string_view x) {
    x = x.substr(std::min(indent_, std::min(x.find_first_not_of(" \t"), x.size())));
    auto rule = grid_ ? x.starts_with('+') : x.starts_with("==") || x.starts_with("--");
    if (rule && x.find_first_not_of("+-= ") == x.npos)
      return end_row();
    if (!grid_ && !trim(x.substr(0, starts_.size() > 1 ? byte_of(x, starts_[1]) : x.size())).empty())
      end_row();
    cut(x);
  }

  void end_row() {
    if (std::all_of(cells_.begin(), cells_.end(), [](const std::string& x) { return x.empty(); }))
      return;
    out_.open_block(block_kind::table_row);
    for (auto& x : cells_) {
      out_.next_cell();
      write_restructured_inline(x, out_);
      x.clear();
    }
    out_.close_block();
  }

private:
  /// Adds the parts of a line to their cells. Where text runs over a column's edge, the cell is as wide as both.
  void cut(std::string_view x) {
    std::size_t from = 0;
    std::size_t cell = 0;
    std::size_t edge = 0;
    for (std::size_t next = 1; next <= starts_.size(); ++next) {
      auto last = next == starts_.size();
      edge = last ? x.size() : byte_of(x, starts_[next] - starts_[next - 1], edge);
      if (!last && edge < x.size() && (grid_ ? x[edge] != '|' && x[edge] != '+' : edge > 0 && !is_space(x[edge - 1])))
        continue;
      add(cell, trim(x.substr(from, edge - from)));
      from = edge;
      cell = next;
    }
  }

  void add(std::size_t cell, std::string_view text) {
    if (grid_) {
      while (!text.empty() && (text.front() == '|' || text.front() == '+'))
        text.remove_prefix(1);
      if (text.ends_with('|') || text.ends_with('+'))
        text.remove_suffix(1);
      if (text.find_first_not_of("-=+") == text.npos)
        return;
    }
    auto& to = cells_[cell];
    to += (to.empty() ? "" : " ") + std::string{trim(text)};
  }

  block_writer& out_;
  std::size_t indent_;
  bool grid_;
  std::vector<std::size_t> starts_; ///< columns at which cells begin
  std::vector<std::string> cells_;  ///< of the row that is being read
};

} // namespace

void write_restructured_table(const std::vector<std::string_view>& lines, block_writer& out) {
  if (lines.empty())
    return;
  table_reader table{lines.front(), out};
  out.open_table();
  for (auto line : lines)
    table.line(line);
  table.end_row();
  out.close_table();
}

} // namespace troupe
