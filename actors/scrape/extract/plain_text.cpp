#include "actors/scrape/extract/plain_text.hpp"

#include <algorithm>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/text_lists.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_heading = 120;
constexpr std::size_t longest_name = 40; ///< of a section without a rule below its name
constexpr std::ptrdiff_t most_name_words = 6;
constexpr std::size_t longest_entry = 60; ///< a line that stands for itself
constexpr std::size_t fewest_entries = 3;
constexpr std::size_t code_indent = 4;     ///< columns that code stands in from the text around it
constexpr std::size_t longest_part = 2000; ///< lines of one paragraph; a longer one goes in parts

/// What is typed at a prompt, of Python or of a shell.
bool is_prompt(std::string_view line) {
  line = trim(line);
  return line.starts_with(">>> ") || line == ">>>" || line.starts_with("$ ");
}

/// "Ingredients": few words with a large first letter and no mark at the end.
bool names_section(std::string_view line) {
  line = trim(line);
  auto words = std::count(line.begin(), line.end(), ' ') + 1;
  auto large = !line.empty() && line.front() >= 'A' && line.front() <= 'Z';
  return large && line.size() <= longest_name && words <= most_name_words && is_alnum(line.back())
         && line.find("  ") == line.npos && line.find('\t') == line.npos;
}

/// Short, and no sentence.
bool is_entry(std::string_view line) {
  line = trim(line);
  return !line.empty() && line.size() <= longest_entry && std::string_view{".,;:!?-"}.find(line.back()) == line.npos;
}

class text_reader {
public:
  text_reader(std::string_view text, block_writer& out)
    : lines_(lines_of(text)), items_(item_lines(lines_)), out_(out), lists_(out) {}

  void read() {
    for (std::size_t i = 0; i < lines_.size();) {
      if (trim(lines_[i]).empty()) {
        ++i;
        continue;
      }
      auto to = i + 1;
      while (to < lines_.size() && to - i < longest_part && !trim(lines_[to]).empty())
        ++to;
      paragraph(i, to);
      i = to;
    }
    lists_.leave(0);
  }

  [[nodiscard]] std::string title() const { return heading_.empty() ? title_ : heading_; }

private:
  // All take the lines `[i, to)` that are left of a paragraph, and answer the first line they didn't take.

  void paragraph(std::size_t i, std::size_t to) {
    if (!items_[i])
      lists_.leave(text_indentation(lines_[i]));
    if (lists_.empty())
      i = headings(i, to);
    if (i < to && lists_.empty() && opens_section(i, to)) {
      section_name(lines_[i]);
      if (++i == to)
        return;
    }
    if (i < to && lists_.empty() && are_entries(i, to))
      return entries(i, to);
    if (i < to && verbatim(i, to))
      return code(i, to);
    auto alone = i + 1 == to && !items_[i] && lists_.empty() && lines_[i].size() <= longest_heading;
    if (alone && !opened_ && !is_prompt(lines_[i]))
      title_ = collapse(lines_[i]);
    opened_ = true;
    while (i < to) {
      if (items_[i]) {
        i = item(i, to);
      } else if (is_prompt(lines_[i]) || below_colon(i)) {
        auto end = sample_end(i, to);
        code(i, end);
        i = end;
      } else {
        out_.open_block(block_kind::paragraph);
        i = prose(i, to, 0);
      }
    }
  }

  std::size_t headings(std::size_t i, std::size_t to) {
    for (;;) {
      auto rule = i < to && is_text_rule(lines_[i]);
      if (rule && i + 2 < to && is_text_rule(lines_[i + 2])) {
        heading(lines_[i + 1], 1);
        i += 3;
      } else if (i + 1 < to && !rule && is_text_rule(lines_[i + 1]) && trim(lines_[i]).size() <= longest_heading) {
        heading(lines_[i], trim(lines_[i + 1]).front() == '=' ? 1 : 2);
        i += 2;
      } else {
        break;
      }
    }
    auto rules_end = i;
    while (rules_end < to && is_text_rule(lines_[rules_end]))
      ++rules_end;
    return rules_end == to ? to : i;
  }

  /// A line that names what follows it: over a list, or alone between paragraphs.
  [[nodiscard]] bool opens_section(std::size_t i, std::size_t to) const {
    if (items_[i] || !names_section(lines_[i]))
      return false;
    if (i + 1 < to)
      return items_[i + 1] || are_entries(i + 1, to);
    auto more = std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(to), lines_.end(),
                            [](auto line) { return !trim(line).empty(); });
    return opened_ && more;
  }

  void section_name(std::string_view line) {
    out_.open_block(block_kind::heading, 2);
    out_.text(line);
    out_.close_block();
    opened_ = true;
  }

  /// Lines that each stand for themselves: what a recipe takes, who came. Wrapped prose fills its lines.
  [[nodiscard]] bool are_entries(std::size_t i, std::size_t to) const {
    auto from = lines_.begin() + static_cast<std::ptrdiff_t>(i);
    auto end = lines_.begin() + static_cast<std::ptrdiff_t>(to);
    auto fits = [this](const std::string_view& line) {
      return is_entry(line) && !items_[static_cast<std::size_t>(&line - lines_.data())] && !is_prompt(line)
             && text_indentation(line) < code_indent && !is_text_rule(line);
    };
    auto shorter = std::count_if(from, end, [](auto line) { return line.size() < longest_entry / 2; });
    return to - i >= fewest_entries && std::all_of(from, end, fits) && static_cast<std::size_t>(shorter) * 2 >= to - i;
  }

  void entries(std::size_t i, std::size_t to) {
    out_.open_list(false);
    for (; i < to; ++i) {
      out_.open_item();
      out_.text(lines_[i]);
      out_.close_block();
      out_.close_item();
    }
    out_.close_list();
    opened_ = true;
  }

  void heading(std::string_view line, std::uint8_t level) {
    out_.open_block(block_kind::heading, level);
    out_.text(line);
    out_.close_block();
    if (heading_.empty())
      heading_ = collapse(line);
  }

  /// All lines are indented, or hold columns in place by spaces, or draw something.
  [[nodiscard]] bool verbatim(std::size_t i, std::size_t to) const {
    auto least = code_indent + lists_.content();
    std::size_t indented = 0;
    std::size_t gaps = 0;
    for (auto at = i; at < to; ++at) {
      auto text = lines_[at].substr(marker_of(lines_[at]).bytes);
      auto inner = trim(text);
      indented += text_indentation(lines_[at]) >= least ? 1 : 0;
      gaps += inner.find("   ") != inner.npos || text.find('\t', 1) != text.npos || inner.starts_with('|')
                  || inner.starts_with("+-")
                ? 1
                : 0;
    }
    if (indented == to - i && (!items_[i] || (lists_.empty() && to - i > 8)))
      return true;
    return to - i >= 2 && gaps * 2 > to - i;
  }

  void code(std::size_t i, std::size_t to) {
    std::string code;
    for (; i < to; ++i)
      code += std::string{lines_[i]} + "\n";
    out_.code_block(code, {});
  }

  /// Indented by more than the line in front of it, which ends with a colon.
  [[nodiscard]] bool below_colon(std::size_t i) const {
    return i > 0 && trim(lines_[i - 1]).ends_with(':')
           && text_indentation(lines_[i])
                >= code_indent + std::max(text_indentation(lines_[i - 1]), marker_of(lines_[i - 1]).content);
  }

  /// A sample goes on to the end of the paragraph, or to text that stands left of it.
  [[nodiscard]] std::size_t sample_end(std::size_t i, std::size_t to) const {
    auto indent = text_indentation(lines_[i]);
    for (++i; i < to && text_indentation(lines_[i]) >= indent; ++i)
      if (items_[i] && !lists_.empty())
        break;
    return i;
  }

  /// Writes line `i` without its first `skipped` bytes, and those that go on from it.
  std::size_t prose(std::size_t i, std::size_t to, std::size_t skipped) {
    out_.text(lines_[i].substr(skipped));
    for (++i; i < to && !items_[i] && !is_prompt(lines_[i]) && !below_colon(i); ++i) {
      out_.soft_space();
      out_.text(lines_[i]);
    }
    out_.close_block();
    return i;
  }

  std::size_t item(std::size_t i, std::size_t to) {
    auto x = marker_of(lines_[i]);
    lists_.enter(x);
    return prose(i, to, x.bytes);
  }

  std::vector<std::string_view> lines_;
  std::vector<bool> items_; ///< of `lines_`: begins an item
  block_writer& out_;
  open_text_lists lists_;
  std::string title_;
  bool opened_ = false; ///< a paragraph was read: what follows is no title
  std::string heading_;
};

} // namespace

std::string write_plain_text(std::string_view text, block_writer& out) {
  text_reader reader{text, out};
  reader.read();
  return reader.title();
}

} // namespace troupe
