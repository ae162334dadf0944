#include "protocols/json/large_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace troupe {

namespace {

/// Neither a scalar, nor an object, nor a list of scalars.
constexpr std::string_view stand_in = "[[]]";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits(std::string_view s, std::size_t at) {
  while (at < s.size() && is_digit(s[at]))
    ++at;
  return at;
}

/// The end of the JSON number that begins at `at` (RFC 8259, section 6), or `at` when there is none; `whole` without a
/// fraction and an exponent.
std::size_t number_end(std::string_view s, std::size_t at, bool& whole) {
  auto first = at + (s[at] == '-' ? 1 : 0);
  auto end = digits(s, first);
  if (end == first || (s[first] == '0' && end > first + 1))
    return at;
  whole = true;
  if (end < s.size() && s[end] == '.') {
    whole = false;
    auto after = digits(s, end + 1);
    if (after == end + 1)
      return at;
    end = after;
  }
  if (end < s.size() && (s[end] == 'e' || s[end] == 'E')) {
    whole = false;
    auto sign = end + 1;
    if (sign < s.size() && (s[sign] == '+' || s[sign] == '-'))
      ++sign;
    end = digits(s, sign);
    if (end == sign)
      return at;
  }
  return end;
}

template <class T>
bool fits(std::string_view number) {
  T x{};
  return std::from_chars(number.data(), number.data() + number.size(), x).ec == std::errc{};
}

/// The end of the string whose opening quote is at `at`.
std::size_t string_end(std::string_view s, std::size_t at) {
  for (++at; at < s.size() && s[at] != '"'; ++at)
    if (s[at] == '\\')
      ++at;
  return at < s.size() ? at + 1 : s.size();
}

} // namespace

std::string without_large_numbers(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at + 1;
    if (text[at] == '"') {
      end = string_end(text, at);
    } else if (text[at] == '-' || is_digit(text[at])) {
      auto whole = false;
      auto number = text.substr(at, number_end(text, at, whole) - at);
      auto large = !number.empty()
                   && (whole ? !fits<std::int64_t>(number) && !fits<std::uint64_t>(number) : !fits<double>(number));
      end = at + std::max<std::size_t>(number.size(), 1);
      if (large) {
        out += stand_in;
        at = end;
        continue;
      }
      while (end < text.size() && (is_digit(text[end]) || text[end] == '.' || text[end] == '-'))
        ++end; // the rest of what is no number stays whole
    }
    out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

} // namespace troupe
