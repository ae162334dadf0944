#pragma once
/// Looking for phrases in a sentence.

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "actors/research/words.hpp"

namespace troupe::phrases {

using phrase_list = std::initializer_list<std::string_view>;

inline bool starts_with_any(std::string_view s, phrase_list phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [s](std::string_view p) { return s.starts_with(p); });
}

/// `padded`: lower case with a space at both ends, so that phrases match whole words.
inline bool has_any(std::string_view padded, phrase_list phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [padded](std::string_view p) { return padded.find(p) != std::string_view::npos; });
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

inline std::string padded_lower(std::string_view s) {
  auto out = " " + lower(s) + " ";
  std::replace_if(
    out.begin(), out.end(), [](char c) { return c == ',' || c == '.' || c == ';' || c == ':' || c == '('; }, ' ');
  return out;
}

} // namespace troupe::phrases
