#include "actors/scrape/extract/markdown_escape.hpp"

#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

std::size_t longest_run(std::string_view text, char c) {
  std::size_t best = 0;
  std::size_t run = 0;
  for (char x : text) {
    run = x == c ? run + 1 : 0;
    best = std::max(best, run);
  }
  return best;
}

/// Would a digit run at `i` start an ordered list item here?
bool starts_item(std::string_view text, std::size_t dot) {
  if (dot == 0 || dot > 9)
    return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(dot), is_digit);
}

bool means_something(std::string_view text, std::size_t i, bool at_start, bool in_table) {
  auto next = i + 1 < text.size() ? text[i + 1] : ' ';
  switch (text[i]) {
  case '\\':
  case '`':
  case '*':
  case '[':
  case ']':
  case '<':
    return true;
  case '_':
    return i == 0 || !is_alnum(text[i - 1]) || !is_alnum(next);
  case '&':
    return is_alpha(next) || next == '#';
  case '|':
    return in_table;
  case '~':
    return next == '~' || (i > 0 && text[i - 1] == '~');
  case '#':
  case '>':
  case '+':
  case '-':
  case '=':
    return at_start && i == 0;
  case '.':
  case ')':
    return at_start && is_space(next) && starts_item(text, i);
  default:
    return false;
  }
}

} // namespace

void append_escaped(std::string& out, std::string_view text, bool line_start, bool in_table) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (means_something(text, i, line_start, in_table))
      out += '\\';
    out += text[i];
  }
}

std::string code_span(std::string_view code) {
  std::string ticks(longest_run(code, '`') + 1, '`');
  auto pad = ticks.size() > 1 ? " " : "";
  return ticks + pad + std::string{code} + pad + ticks;
}

std::string fence_for(std::string_view code) {
  return std::string(std::max<std::size_t>(3, longest_run(code, '`') + 1), '`');
}

std::string link_destination(std::string_view url) {
  std::string out;
  for (char c : url)
    switch (c) {
    case ' ':
      out += "%20";
      break;
    case '(':
      out += "%28";
      break;
    case ')':
      out += "%29";
      break;
    case '<':
      out += "%3C";
      break;
    case '>':
      out += "%3E";
      break;
    case '\n':
    case '\\':
      break;
    default:
      out += c;
    }
  return out;
}

} // namespace troupe
