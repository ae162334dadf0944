#include "actors/scrape/extract/html_entities.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::string_view packed =
#include "actors/scrape/extract/html_entities.inc"
  ;

constexpr std::size_t longest_name = 33;
constexpr std::size_t longest_legacy = 6; ///< of the names that work without a semicolon

using entity_map = std::unordered_map<std::string_view, std::string_view>;

const entity_map& entities() {
  static const auto table = [] {
    entity_map result;
    result.reserve(2300);
    for (auto rest = packed; !rest.empty();) {
      auto name = rest.substr(0, rest.find(' '));
      rest.remove_prefix(name.size() + 1);
      // The text may be a space or a line end itself, so its end is looked for behind its first byte.
      auto value = rest.substr(0, rest.find(' ', 1));
      rest.remove_prefix(value.size() + 1);
      result.emplace(name, value);
    }
    return result;
  }();
  return table;
}

void append_code_point(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

/// Numbers 0x80 to 0x9F mean windows-1252 (the table of 13.2.5.80).
std::uint32_t corrected(std::uint32_t c) {
  constexpr std::array<std::uint16_t, 32> latin{0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                                0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                                0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
    return 0xFFFD;
  return c >= 0x80 && c <= 0x9F ? latin[c - 0x80] : c;
}

int digit_value(char c, bool hex) {
  if (is_digit(c))
    return c - '0';
  auto lower = to_lower(c);
  return hex && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// `text` starts with `&#`. Gives the reference's length, 0 when it is none.
std::size_t decode_number(std::string& out, std::string_view text) {
  auto hex = text.size() > 2 && to_lower(text[2]) == 'x';
  std::size_t i = hex ? 3 : 2;
  auto first = i;
  std::uint32_t value = 0;
  for (; i < text.size() && digit_value(text[i], hex) >= 0; ++i)
    value = std::min<std::uint32_t>(value * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit_value(text[i], hex)),
                                    0x110000);
  if (i == first)
    return 0;
  append_code_point(out, corrected(value));
  return i < text.size() && text[i] == ';' ? i + 1 : i;
}

std::size_t decode_name(std::string& out, std::string_view text, bool attribute) {
  auto& table = entities();
  std::size_t end = 1;
  while (end < text.size() && end < longest_name && is_alnum(text[end]))
    ++end;
  if (end < text.size() && text[end] == ';')
    if (auto found = table.find(text.substr(1, end)); found != table.end()) {
      out += found->second;
      return end + 1;
    }
  for (auto length = std::min(end - 1, longest_legacy); length >= 2; --length) {
    auto found = table.find(text.substr(1, length));
    if (found == table.end())
      continue;
    auto next = length + 1 < text.size() ? text[length + 1] : ' ';
    if (attribute && (next == '=' || is_alnum(next)))
      return 0;
    out += found->second;
    return length + 1;
  }
  return 0;
}

} // namespace

void append_decoded(std::string& out, std::string_view text, bool attribute) {
  while (!text.empty()) {
    auto mark = std::min(text.find('&'), text.size());
    out += text.substr(0, mark);
    text.remove_prefix(mark);
    if (text.empty())
      return;
    std::size_t used = 0;
    if (text.size() > 1 && text[1] == '#')
      used = decode_number(out, text);
    else if (text.size() > 1 && is_alpha(text[1]))
      used = decode_name(out, text, attribute);
    if (used == 0) {
      out += '&';
      used = 1;
    }
    text.remove_prefix(used);
  }
}

} // namespace troupe
