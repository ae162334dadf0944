#include "actors/scrape/extract/formats/delimited_text.hpp"

#include <algorithm>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/formats/file_facts.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_rows = 200'000;
constexpr std::size_t most_columns = 256;
constexpr std::size_t judged_rows = 20;
constexpr std::size_t judged_bytes = 64u << 10;

using cells = std::vector<std::string>;

/// Rows of `text`, one after another. A quote that is never closed ends with the text.
class row_reader {
public:
  row_reader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  [[nodiscard]] bool done() const noexcept { return at_ >= text_.size(); }

  cells next() {
    cells row;
    for (auto more = true; more;) {
      auto field = this->field();
      if (row.size() < most_columns)
        row.push_back(std::move(field));
      more = !done() && text_[at_] == delimiter_;
      ++at_; // the delimiter or the line end
    }
    return row;
  }

private:
  std::string field() {
    if (done() || text_[at_] != '"')
      return std::string{take_plain()};
    std::string out;
    ++at_;
    while (!done()) {
      auto quote = std::min(text_.find('"', at_), text_.size());
      out += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (done() || text_[at_] != '"')
        break;
      out += '"'; // two stand for one
      ++at_;
    }
    out += take_plain(); // what stands behind the quotes by mistake
    return out;
  }

  std::string_view take_plain() {
    auto start = at_;
    while (!done() && text_[at_] != delimiter_ && text_[at_] != '\n')
      ++at_;
    return done() ? text_.substr(std::min(start, text_.size())) : text_.substr(start, at_ - start);
  }

  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
};

bool is_blank(const cells& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& x) { return trim(x).empty(); });
}

/// Rows among the first that have as many columns as most of them, times those columns; 0 for one column.
std::size_t evenness(std::string_view text, char delimiter) {
  row_reader rows{clip(text, judged_bytes), delimiter};
  std::vector<std::size_t> widths;
  while (!rows.done() && widths.size() < judged_rows)
    if (auto row = rows.next(); !is_blank(row))
      widths.push_back(row.size());
  std::size_t best = 0;
  for (auto width : widths)
    if (width > 1) {
      auto alike = static_cast<std::size_t>(std::count(widths.begin(), widths.end(), width));
      best = std::max(best, alike * 1000 / widths.size() * 1000 + std::min<std::size_t>(width, 999));
    }
  return best;
}

char delimiter_of(std::string_view text) {
  char best = ',';
  std::size_t most = 0;
  for (char x : {',', ';', '\t', '|'})
    if (auto found = evenness(text, x); found > most) {
      most = found;
      best = x;
    }
  return best;
}

void write_row(const cells& row, block_writer& out) {
  out.open_block(block_kind::table_row);
  for (auto& x : row) {
    out.next_cell();
    out.text(x);
  }
  out.close_block();
}

} // namespace

void write_delimited_text(std::string_view text, block_writer& out) {
  row_reader rows{text, delimiter_of(text)};
  out.open_table();
  for (std::size_t n = 0; n < most_rows && !rows.done() && out.written().size() < most_file_text; ++n)
    if (auto row = rows.next(); !is_blank(row))
      write_row(row, out);
  out.close_table();
}

} // namespace troupe
