#include "actors/research/write.hpp"

namespace troupe {

namespace {

bool is_word(char c) {
  auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z');
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `text[i]` would be markup inside a line (CommonMark 0.30, sections 2 and 6).
bool is_inline_markup(std::string_view text, std::size_t i) {
  auto before = i > 0 ? text[i - 1] : ' ';
  auto after = i + 1 < text.size() ? text[i + 1] : ' ';
  switch (text[i]) {
  case '`':
  case '[':
  case ']':
  case '<':
  case '\\':
  case '~':
    return true;
  case '>':
  case '#':
    return false;
  case '*':
    return before != ' ' || after != ' ';
  case '_': // inside a word it is a letter
    return !(is_word(before) || before == '_') || !(is_word(after) || after == '_');
  case '&': // a character reference
    return is_word(after) || after == '#';
  case '!':
    return after == '[';
  default:
    return false;
  }
}

/// Length of what would be markup at the start of a line: `# `, `> `, `- `, `1. `; 0 for none.
std::size_t block_markup(std::string_view text) {
  if (text.empty())
    return 0;
  if (text[0] == '#' || text[0] == '>' || text[0] == '|' || text[0] == '=')
    return 1;
  if (text[0] == '-' || text[0] == '+' || text[0] == '*')
    return 1;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 10 && is_digit(text[digits]))
    ++digits;
  auto marked = digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')');
  // Section 5.2: only with a space, or nothing, behind it does a number begin a list; 25.1 does not.
  auto ends = marked && (digits + 1 == text.size() || is_blank(text[digits + 1]));
  return ends ? digits + 1 : 0;
}

} // namespace

std::string escape_markdown(std::string_view text, bool starts_line) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  auto start = starts_line ? block_markup(text) : 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto at_start = i + 1 == start;
    if (at_start || is_inline_markup(text, i))
      out += '\\';
    out += text[i] == '\n' || text[i] == '\r' || text[i] == '\t' ? ' ' : text[i];
  }
  return out;
}

} // namespace troupe
