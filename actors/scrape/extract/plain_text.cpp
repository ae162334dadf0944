#include "actors/scrape/extract/plain_text.hpp"

#include <algorithm>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_heading = 120;

bool is_rule(std::string_view line) {
  line = trim(line);
  constexpr std::string_view marks = "=-~^*#\"'`+";
  return line.size() >= 3 && marks.find(line.front()) != marks.npos
         && std::all_of(line.begin(), line.end(), [&](char c) { return c == line.front(); });
}

std::size_t indentation(std::string_view line) {
  std::size_t width = 0;
  for (char c : line) {
    if (c == '\t')
      width += 8;
    else if (c == ' ')
      ++width;
    else
      break;
  }
  return width;
}

/// Length of a bullet or number in front of an item, with its space; 0 when there is none.
std::size_t bullet(std::string_view line) {
  auto x = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
  auto indent = line.size() - x.size();
  if (x.size() > 2 && (x[0] == '-' || x[0] == '*' || x[0] == '+') && x[1] == ' ')
    return indent + 2;
  if (x.starts_with("\xE2\x80\xA2 "))
    return indent + 4;
  auto digits = static_cast<std::size_t>(std::find_if_not(x.begin(), x.end(), is_digit) - x.begin());
  if (digits > 0 && digits <= 3 && x.size() > digits + 2 && (x[digits] == '.' || x[digits] == ')')
      && x[digits + 1] == ' ')
    return indent + digits + 2;
  return 0;
}

/// Columns held in place by spaces, or a line drawing.
bool aligned(const std::vector<std::string_view>& lines) {
  if (lines.size() < 2)
    return false;
  auto gaps = std::count_if(lines.begin(), lines.end(), [](std::string_view line) {
    return trim(line).find("   ") != std::string_view::npos || line.find('\t', 1) != line.npos
           || trim(line).starts_with('|') || trim(line).starts_with("+-");
  });
  return static_cast<std::size_t>(gaps) * 2 > lines.size();
}

class text_reader {
public:
  explicit text_reader(block_writer& out) : out_(out) {}

  void paragraph(const std::vector<std::string_view>& lines) {
    auto rule_below = lines.size() >= 2 && is_rule(lines[1]) && trim(lines[0]).size() <= longest_heading;
    if (lines.size() >= 3 && is_rule(lines[0]) && is_rule(lines[2]))
      return heading(lines[1], 1), rest(lines, 3);
    if (rule_below && !is_rule(lines[0]))
      return heading(lines[0], trim(lines[1]).front() == '=' ? 1 : 2), rest(lines, 2);
    if (std::all_of(lines.begin(), lines.end(), is_rule))
      return;
    auto indented = std::all_of(lines.begin(), lines.end(), [](std::string_view x) { return indentation(x) >= 4; });
    if ((indented && (bullet(lines[0]) == 0 || lines.size() > 8)) || aligned(lines))
      return verbatim(lines);
    if (bullet(lines[0]) > 0)
      return items(lines);
    out_.open_block(block_kind::paragraph);
    for (auto line : lines) {
      out_.text(line);
      out_.soft_space();
    }
    out_.close_block();
    if (title_.empty() && lines.size() == 1 && lines[0].size() <= longest_heading)
      title_ = collapse(lines[0]);
    first_ = false;
  }

  [[nodiscard]] std::string title() const { return heading_.empty() ? title_ : heading_; }

private:
  void rest(const std::vector<std::string_view>& lines, std::size_t from) {
    if (lines.size() > from)
      paragraph({lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end()});
  }

  void heading(std::string_view line, std::uint8_t level) {
    out_.open_block(block_kind::heading, level);
    out_.text(line);
    out_.close_block();
    if (heading_.empty())
      heading_ = collapse(line);
  }

  void verbatim(const std::vector<std::string_view>& lines) {
    std::string code;
    for (auto line : lines)
      code += std::string{line} + "\n";
    out_.code_block(code, {});
  }

  void items(const std::vector<std::string_view>& lines) {
    out_.open_list(is_digit(trim(lines[0]).front()));
    for (std::size_t i = 0; i < lines.size();) {
      out_.open_item();
      out_.text(lines[i].substr(bullet(lines[i])));
      for (++i; i < lines.size() && bullet(lines[i]) == 0; ++i) {
        out_.soft_space();
        out_.text(lines[i]);
      }
      out_.close_item();
    }
    out_.close_list();
  }

  block_writer& out_;
  std::string title_;
  std::string heading_;
  bool first_ = true;
};

} // namespace

std::string write_plain_text(std::string_view text, block_writer& out) {
  text_reader reader{out};
  std::vector<std::string_view> lines;
  constexpr std::size_t most_lines = 2000; // of one paragraph; a longer one goes in parts
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!trim(line).empty())
      lines.push_back(line);
    if (!lines.empty() && (trim(line).empty() || text.empty() || lines.size() >= most_lines)) {
      reader.paragraph(lines);
      lines.clear();
    }
  }
  return reader.title();
}

} // namespace troupe
