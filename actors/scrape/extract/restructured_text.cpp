#include "actors/scrape/extract/restructured_text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/restructured_inline.hpp"
#include "actors/scrape/extract/restructured_marks.hpp"
#include "actors/scrape/extract/restructured_table.hpp"
#include "actors/scrape/extract/text_lists.hpp"

namespace troupe {

namespace {

constexpr std::size_t body_indent = 3;      ///< columns that a directive's body usually stands in
constexpr std::size_t longest_part = 2000;  ///< lines of one paragraph; a longer one goes in parts
constexpr std::size_t looked_at = 64 << 10; ///< bytes in which the marks of the format are looked for

class restructured_reader {
public:
  restructured_reader(std::string_view text, block_writer& out)
    : lines_(lines_of(text)), items_(item_lines(lines_)), out_(out), lists_(out) {}

  std::string read() {
    for (std::size_t i = 0; i < lines_.size();)
      i = blank(i) ? i + 1 : block_at(i);
    lists_.leave(0);
    out_.close_block();
    return std::move(title_);
  }

private:
  // Each takes the lines from `i` on that belong to it, at least one, and answers the next.

  std::size_t block_at(std::size_t i) {
    auto line = lines_[i];
    auto indent = text_indentation(line);
    if (std::exchange(literal_due_, false) && indent > literal_indent_)
      return code(i, literal_indent_);
    if (!items_[i])
      lists_.leave(indent);
    if (is_explicit_markup(line))
      return explicit_markup(i);
    if (auto next = heading(i); next > i)
      return next;
    if (underline_mark(line) != '\0' && (last(i) || blank(i + 1)))
      return i + 1;
    if (opens_table(line))
      return table(i);
    if (trim(line).starts_with(">>>"))
      return code(i, indent, true);
    if (items_[i]) {
      auto x = marker_of(line);
      lists_.enter(x);
      return paragraph(i, x.bytes, x.content);
    }
    if (is_field(line))
      return field(i);
    if (!last(i) && !blank(i + 1) && text_indentation(lines_[i + 1]) > indent && !items_[i + 1]
        && !trim(line).ends_with("::"))
      return term(i);
    open(indent);
    return paragraph(i, 0, indent);
  }

  [[nodiscard]] bool last(std::size_t i) const { return i + 1 >= lines_.size(); }
  [[nodiscard]] bool blank(std::size_t i) const { return trim(lines_[i]).empty(); }
  [[nodiscard]] bool below(std::size_t i, std::size_t indent) const {
    return i < lines_.size() && !blank(i) && text_indentation(lines_[i]) > indent;
  }

  /// Opens a paragraph, or goes on with the definition it belongs to.
  void open(std::size_t indent) {
    if (!out_.awaits_definition() || indent <= definition_indent_)
      out_.open_block(block_kind::paragraph);
  }

  std::size_t heading(std::size_t i) {
    auto over = underline_mark(lines_[i]);
    std::size_t at = over != '\0' ? i + 1 : i;
    if (at + 1 >= lines_.size() || blank(at) || underline_mark(lines_[at]) != '\0'
        || !underlines(lines_[at + 1], lines_[at]))
      return i;
    std::pair style{underline_mark(lines_[at + 1]), over != '\0'};
    if ((style.second && style.first != over) || (!style.second && text_indentation(lines_[at]) > 0))
      return i;
    auto known = std::find(styles_.begin(), styles_.end(), style);
    auto level = static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(known - styles_.begin() + 1, 6));
    if (known == styles_.end())
      styles_.push_back(style);
    out_.open_block(block_kind::heading, level);
    auto start = out_.written().size();
    write_restructured_inline(trim(lines_[at]), out_);
    out_.close_block();
    if (title_.empty())
      title_ = collapse(std::string_view{out_.written()}.substr(std::min(start, out_.written().size())));
    return at + 2;
  }

  /// Writes the paragraph into the block that is open. `indent`: the column of its text.
  std::size_t paragraph(std::size_t i, std::size_t skipped, std::size_t indent) {
    auto text = std::string{trim(lines_[i].substr(skipped))};
    auto first = text_indentation(lines_[i]);
    std::size_t to = i + 1;
    for (; to < lines_.size() && to - i < longest_part && !blank(to); ++to) {
      if (items_[to] || text_indentation(lines_[to]) < first || is_explicit_markup(lines_[to]))
        break;
      text += "\n" + std::string{trim(lines_[to])};
    }
    finish_paragraph(text, indent);
    return to;
  }

  /// A `::` at its end tells that code follows.
  void finish_paragraph(std::string_view text, std::size_t indent) {
    literal_due_ = text.ends_with("::");
    literal_indent_ = indent;
    if (literal_due_)
      text.remove_suffix(text.size() == 2 || is_space(text[text.size() - 3]) ? 2 : 1);
    write_restructured_inline(text, out_);
    out_.close_block();
  }

  /// Verbatim, without the indentation all have in common. `sample`: ends at a blank line.
  std::size_t code(std::size_t i, std::size_t indent, bool sample = false) {
    auto to = i;
    std::size_t common = text_indentation(lines_[i]);
    for (; to < lines_.size() && (sample ? !blank(to) : blank(to) || text_indentation(lines_[to]) > indent); ++to)
      common = blank(to) ? common : std::min(common, text_indentation(lines_[to]));
    std::string code;
    for (auto at = i; at < to; ++at) {
      auto line = lines_[at];
      for (std::size_t column = 0; column < common && !line.empty() && (line[0] == ' ' || line[0] == '\t');)
        column += line[0] == '\t' ? 8 : 1, line.remove_prefix(1);
      code += std::string{line} + "\n";
    }
    out_.code_block(code, {});
    return std::max(to, i + 1);
  }

  std::size_t table(std::size_t i) {
    auto grid = trim(lines_[i]).starts_with('+');
    auto indent = text_indentation(lines_[i]);
    std::size_t rules = 0;
    auto to = i;
    for (; to < lines_.size() && to - i < longest_part; ++to) {
      if (!blank(to) && text_indentation(lines_[to]) < indent)
        break;
      if (grid ? blank(to) : rules >= 2 && blank(to) && opens_table(lines_[to - 1]))
        break;
      rules += opens_table(lines_[to]) ? 1 : 0;
    }
    write_restructured_table(
      {lines_.begin() + static_cast<std::ptrdiff_t>(i), lines_.begin() + static_cast<std::ptrdiff_t>(to)}, out_);
    return to;
  }

  std::size_t field(std::size_t i) {
    auto line = trim(lines_[i]);
    auto end = line.find(':', 1);
    if (end + 1 == line.size() || trim(line.substr(end + 1)).empty())
      return i + 1;
    if (!out_.awaits_definition() || text_indentation(lines_[i]) <= definition_indent_)
      out_.open_block(block_kind::paragraph);
    auto to = i + 1;
    auto text = std::string{line.substr(1)};
    for (; to - i < longest_part && below(to, text_indentation(lines_[i])); ++to)
      text += "\n" + std::string{trim(lines_[to])};
    write_restructured_inline(text, out_);
    out_.close_block();
    return to;
  }

  /// A line with an indented paragraph right below it.
  std::size_t term(std::size_t i) {
    out_.open_block(block_kind::definition);
    write_restructured_inline(trim(lines_[i]), out_);
    out_.line_break();
    definition_indent_ = text_indentation(lines_[i]);
    return is_explicit_markup(lines_[i + 1]) ? i + 1 : paragraph(i + 1, 0, text_indentation(lines_[i + 1]));
  }

  // -- directives ----------------------------------------------------------------------------------------------------

  std::size_t explicit_markup(std::size_t i) {
    auto indent = text_indentation(lines_[i]);
    std::string_view rest;
    auto name = directive_name(lines_[i], rest);
    if (name.empty()) {
      auto text = trim(trim(lines_[i]).substr(2));
      if (!text.starts_with('['))
        return body_end(i, indent); // a label, a substitution or a comment
      out_.open_block(block_kind::paragraph);
      return paragraph(i, lines_[i].find("..") + 2, indent + body_indent);
    }
    switch (use_of_directive(name)) {
    case directive_use::drop:
      return body_end(i, indent);
    case directive_use::code: {
      auto next = options_end(i + 1, indent);
      while (next < lines_.size() && blank(next))
        ++next;
      return below(next, indent) ? code(next, indent) : next;
    }
    case directive_use::definition:
      return definition(i, indent, rest);
    case directive_use::version:
      return wording(i, indent, version_words(name, rest), rest);
    default:
      return wording(i, indent, name == "availability" ? "Availability:" : "", rest);
    }
  }

  [[nodiscard]] std::size_t body_end(std::size_t i, std::size_t indent) const {
    for (++i; i < lines_.size() && (blank(i) || text_indentation(lines_[i]) > indent); ++i)
      ;
    return i;
  }

  [[nodiscard]] std::size_t options_end(std::size_t i, std::size_t indent) const {
    while (below(i, indent) && is_field(lines_[i]))
      ++i;
    return i;
  }

  /// Takes the version off `rest`.
  static std::string version_words(std::string_view name, std::string_view& rest) {
    auto end = std::min(rest.find_first_of(" \t"), rest.size());
    auto version = std::string{rest.substr(0, end)};
    rest = trim(rest.substr(end));
    if (name == "versionadded")
      return "New in version " + version + ":";
    if (name == "versionchanged")
      return "Changed in version " + version + ":";
    return (name == "versionremoved" ? "Removed in version " : "Deprecated since version ") + version + ":";
  }

  /// `words`, what stands behind the directive, and the paragraph right below it are one paragraph.
  std::size_t wording(std::size_t i, std::size_t indent, std::string words, std::string_view rest) {
    auto to = options_end(i + 1, indent);
    if (!words.empty() && rest.empty() && to < lines_.size() && blank(to) && below(to + 1, indent)
        && !is_explicit_markup(lines_[to + 1]) && !items_[to + 1])
      ++to;
    auto text = words + (words.empty() || rest.empty() ? "" : " ") + std::string{rest};
    auto start = to;
    if (!text.empty())
      for (; to - start < longest_part && below(to, indent) && !items_[to] && !is_explicit_markup(lines_[to]); ++to)
        text += "\n" + std::string{trim(lines_[to])};
    if (text.empty())
      return to;
    if (text == words && text.ends_with(':'))
      text.back() = '.';
    open(indent);
    finish_paragraph(text, indent + body_indent);
    return to;
  }

  /// Escapes go. True when the line goes on in the next one.
  bool signature(std::string_view x) {
    auto joined = x.ends_with('\\');
    std::string plain;
    for (auto c : x)
      if (c != '\\')
        plain += c;
    out_.text(plain);
    return joined;
  }

  /// What is described, a line each, opens a definition; the first paragraph below goes on with it.
  std::size_t definition(std::size_t i, std::size_t indent, std::string_view rest) {
    auto to = i + 1;
    if (rest.empty())
      return options_end(to, indent);
    out_.open_block(block_kind::definition);
    auto joined = signature(rest);
    for (; to - i < longest_part && below(to, indent) && !is_field(lines_[to]); ++to) {
      if (joined)
        out_.soft_space();
      else
        out_.line_break();
      joined = signature(trim(lines_[to]));
    }
    out_.line_break();
    definition_indent_ = indent;
    return options_end(to, indent);
  }

  std::vector<std::string_view> lines_;
  std::vector<bool> items_; ///< of `lines_`: begins an item
  block_writer& out_;
  open_text_lists lists_;
  std::string title_;
  std::vector<std::pair<char, bool>> styles_; ///< of headings: the mark and whether it stands above too; by level
  std::size_t definition_indent_ = 0;
  std::size_t literal_indent_ = 0;
  bool literal_due_ = false; ///< the paragraph above ended with `::`
};

} // namespace

bool looks_like_restructured_text(std::string_view path, std::string_view text) {
  for (std::string_view ending : {".rst", ".rst.txt", ".rest"})
    if (path.size() > ending.size() && equals_ignoring_case(path.substr(path.size() - ending.size()), ending))
      return true;
  text = text.substr(0, looked_at);
  std::size_t directives = 0;
  std::size_t headings = 0;
  std::string_view previous;
  for (auto line : lines_of(text)) {
    std::string_view rest;
    directives += !directive_name(line, rest).empty() || trim(line).starts_with(".. _") ? 1 : 0;
    headings += !trim(previous).empty() && underline_mark(previous) == '\0' && underlines(line, previous) ? 1 : 0;
    previous = line;
  }
  return directives >= 3 || (directives > 0 && headings > 0);
}

std::string write_restructured_text(std::string_view text, block_writer& out) {
  return restructured_reader{text, out}.read();
}

} // namespace troupe
