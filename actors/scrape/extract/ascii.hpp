#pragma once
/// ASCII rules of the web's formats: HTML white space, case-insensitive comparison, trimming.

#include <string>
#include <string_view>

namespace troupe {

/// HTML's ASCII white space: tab, LF, form feed, CR, space.
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) noexcept { return (c >= 'a' && c <= 'z') || is_upper(c); }
constexpr bool is_alnum(char c) noexcept { return is_alpha(c) || is_digit(c); }
constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr std::string_view trim(std::string_view x) noexcept {
  while (!x.empty() && is_space(x.front()))
    x.remove_prefix(1);
  while (!x.empty() && is_space(x.back()))
    x.remove_suffix(1);
  return x;
}

constexpr bool equals_ignoring_case(std::string_view a, std::string_view lower) noexcept {
  if (a.size() != lower.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != lower[i])
      return false;
  return true;
}

/// Position of `lower` in `text` at or after `from`, ignoring the case of `text`; `npos` when absent.
constexpr std::size_t find_ignoring_case(std::string_view text, std::string_view lower, std::size_t from = 0) noexcept {
  for (; from + lower.size() <= text.size(); ++from)
    if (to_lower(text[from]) == lower.front() && equals_ignoring_case(text.substr(from, lower.size()), lower))
      return from;
  return std::string_view::npos;
}

inline std::string lower_case(std::string_view x) {
  std::string out{x};
  for (auto& c : out)
    c = to_lower(c);
  return out;
}

/// Runs of white space become one space; none at the ends.
inline std::string collapse(std::string_view x) {
  std::string out;
  out.reserve(x.size());
  for (char c : x)
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

/// The longest prefix of at most `limit` bytes that ends on a code-point boundary.
constexpr std::string_view clip(std::string_view x, std::size_t limit) noexcept {
  if (x.size() <= limit)
    return x;
  while (limit > 0 && (static_cast<unsigned char>(x[limit]) & 0xC0) == 0x80)
    --limit;
  return x.substr(0, limit);
}

} // namespace troupe
