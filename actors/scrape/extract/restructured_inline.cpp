#include "actors/scrape/extract/restructured_inline.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_span = 1000; ///< bytes in which a mark is closed

bool role_char(char c) { return is_alnum(c) || c == ':' || c == '-' || c == '+' || c == '_' || c == '.'; }

/// Roles whose text is words, not a name out of code.
bool is_wording(std::string_view role) {
  constexpr std::array<std::string_view, 13> words{"ref",   "term",     "doc",      "abbr",          "dfn",
                                                   "sup",   "sub",      "guilabel", "menuselection", "numref",
                                                   "title", "emphasis", "strong"};
  return std::find(words.begin(), words.end(), role) != words.end();
}

class inline_reader {
public:
  inline_reader(std::string_view text, block_writer& out) : text_(text), out_(out) {}

  void read() {
    while (at_ < text_.size())
      if (!span())
        ++at_;
    flush(at_);
  }

private:
  /// Takes one piece of markup that starts here.
  bool span() {
    auto rest = text_.substr(at_, longest_span);
    switch (rest.front()) {
    case '\\':
      return escape(rest);
    case '`':
      return rest.starts_with("``") ? marked("``", block_writer::mark::code) : quoted(0);
    case ':':
      return role(rest);
    case '*':
      return rest.starts_with("**") ? marked("**", block_writer::mark::strong)
                                    : marked("*", block_writer::mark::emphasis);
    case '[':
      return footnote(rest);
    default:
      return false;
    }
  }

  /// What was passed by as plain text up to here.
  void flush(std::size_t to) {
    out_.text(text_.substr(plain_, to - plain_));
    plain_ = to;
  }

  void resume(std::size_t at) { plain_ = at_ = at; }

  /// The character behind a backslash marks nothing; a space there goes.
  bool escape(std::string_view rest) {
    flush(at_);
    auto space = rest.size() > 1 && is_space(rest[1]);
    resume(at_ + (space ? 2 : 1));
    if (!space && at_ < text_.size())
      ++at_;
    return true;
  }

  [[nodiscard]] bool may_open() const { return at_ == 0 || !is_alnum(text_[at_ - 1]); }

  bool marked(std::string_view mark, block_writer::mark as) {
    auto inner = text_.substr(at_ + mark.size(), longest_span);
    auto end = inner.find(mark, 1);
    if (!may_open() || inner.empty() || is_space(inner.front()) || end == inner.npos || is_space(inner[end - 1])) {
      at_ += mark.size() - 1;
      return false;
    }
    flush(at_);
    out_.open_mark(as);
    out_.text(inner.substr(0, end));
    out_.close_mark(as);
    resume(at_ + 2 * mark.size() + end);
    return true;
  }

  bool role(std::string_view rest) {
    auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), role_char) - rest.begin());
    end = std::min<std::size_t>(end, rest.size());
    if (end < 3 || end > 40 || end == rest.size() || rest[end] != '`' || rest[end - 1] != ':' || !may_open())
      return false;
    return quoted(end);
  }

  /// Text in single backquotes, behind a role of `prefix` bytes; or a reference.
  bool quoted(std::size_t prefix) {
    auto inner = text_.substr(at_ + prefix + 1, longest_span);
    auto end = inner.find('`');
    if (end == inner.npos || end == 0 || !may_open())
      return false;
    auto name = prefix > 2 ? text_.substr(at_ + 1, prefix - 2) : std::string_view{};
    flush(at_);
    show(name, inner.substr(0, end));
    auto next = at_ + prefix + 2 + end;
    while (prefix == 0 && next < text_.size() && text_[next] == '_')
      ++next;
    resume(next);
    return true;
  }

  void show(std::string_view role, std::string_view x) {
    auto target = x.ends_with('>') ? x.rfind('<') : x.npos;
    if (target != x.npos && target > 0 && is_space(x[target - 1]))
      x = trim(x.substr(0, target));
    if (x.starts_with('!') || (!role.empty() && x.starts_with('.') && x.size() > 1 && is_alpha(x[1])))
      x.remove_prefix(1);
    if (x.starts_with('~')) // the last part of a dotted name
      x.remove_prefix(x.find('.') == x.npos ? 1 : x.rfind('.') + 1);
    if (role == "pep" || role == "rfc")
      return out_.text((role == "pep" ? "PEP " : "RFC ") + std::string{x});
    if (role.empty() || is_wording(role.substr(role.rfind(':') + 1)))
      return out_.text(x);
    out_.open_mark(block_writer::mark::code);
    out_.text(x);
    out_.close_mark(block_writer::mark::code);
  }

  /// `[1]_`, `[#name]_`: the mark of a note goes.
  bool footnote(std::string_view rest) {
    auto end = rest.substr(0, 40).find("]_");
    if (end == rest.npos || end == 1 || rest.substr(0, end).find(' ') != rest.npos)
      return false;
    flush(at_);
    resume(at_ + end + 2);
    return true;
  }

  std::string_view text_;
  block_writer& out_;
  std::size_t at_ = 0;
  std::size_t plain_ = 0; ///< start of the plain text not yet written
};

} // namespace

void write_restructured_inline(std::string_view text, block_writer& out) { inline_reader{text, out}.read(); }

} // namespace troupe
