#include "protocols/json/writer.hpp"

#include <algorithm>
#include <cstring>

namespace troupe {

namespace {

/// Length of the well-formed sequence at the start of `s`, or 0; `bad` is then the length of its maximal ill-formed
/// part (Unicode 15, section 3.9, "U+FFFD substitution of maximal subparts").
std::size_t sequence_at(std::string_view s, std::size_t& bad) noexcept {
  auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  auto first = byte(0);
  bad = 1;
  if (first < 0x80)
    return 1;
  if (first < 0xC2 || first > 0xF4)
    return 0;
  std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= s.size() || byte(i) < low || byte(i) > high) {
      bad = i;
      return 0;
    }
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

/// How many bytes of ASCII `s` begins with, by eights.
std::size_t plain_at(std::string_view s) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t n = 0;
  for (std::uint64_t eight = 0; s.size() - n >= sizeof eight; n += sizeof eight) {
    std::memcpy(&eight, s.data() + n, sizeof eight);
    if ((eight & high_bits) != 0)
      break;
  }
  return n;
}

constexpr std::uint64_t each_byte = 0x0101010101010101;

/// Whether any of the eight is a quotation mark, a backslash or below a space. A byte that is none is never taken for
/// one unless a lower one is: a borrow only comes from there.
constexpr bool any_escaped(std::uint64_t eight) noexcept {
  auto below = [](std::uint64_t x, std::uint64_t limit) { return (x - each_byte * limit) & ~x; };
  auto found = below(eight, 0x20) | below(eight ^ (each_byte * '"'), 1) | below(eight ^ (each_byte * '\\'), 1);
  return (found & (each_byte * 0x80)) != 0;
}

bool needs_escape(std::string_view s) noexcept {
  std::uint64_t eight = 0;
  for (; s.size() >= sizeof eight; s.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, s.data(), sizeof eight);
    if (any_escaped(eight))
      return true;
  }
  if (s.empty()) // of which the place may be nowhere
    return false;
  eight = each_byte * ' ';
  std::memcpy(&eight, s.data(), s.size());
  return any_escaped(eight);
}

} // namespace

void text_writer::text(std::string_view s) {
  if (needs_escape(s)) {
    String(s.data(), static_cast<rapidjson::SizeType>(s.size()));
    return;
  }
  Prefix(rapidjson::kStringType);
  auto* to = os_->Push(s.size() + 2);
  *to++ = '"';
  to = std::copy(s.begin(), s.end(), to);
  *to = '"';
}

bool is_utf8(std::string_view s) noexcept {
  while (!s.empty()) {
    if (auto plain = plain_at(s); plain != 0) {
      s.remove_prefix(plain);
      continue;
    }
    std::size_t bad = 0;
    auto n = sequence_at(s, bad);
    if (n == 0)
      return false;
    s.remove_prefix(n);
  }
  return true;
}

std::string to_valid_utf8(std::string_view s) {
  std::string result;
  result.reserve(s.size());
  while (!s.empty()) {
    std::size_t bad = 0;
    auto n = sequence_at(s, bad);
    if (n == 0) {
      result += "\xEF\xBF\xBD";
      n = bad;
    } else {
      result += s.substr(0, n);
    }
    s.remove_prefix(n);
  }
  return result;
}

json_writer& json_writer::value(std::string_view s) {
  if (is_utf8(s))
    out_.text(s);
  else
    out_.text(to_valid_utf8(s));
  return *this;
}

} // namespace troupe
