#include "protocols/json/writer.hpp"

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

} // namespace

bool is_utf8(std::string_view s) noexcept {
  while (!s.empty()) {
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
  if (is_utf8(s)) {
    out_.String(s.data(), static_cast<rapidjson::SizeType>(s.size()));
  } else {
    auto fixed = to_valid_utf8(s);
    out_.String(fixed.data(), static_cast<rapidjson::SizeType>(fixed.size()));
  }
  return *this;
}

} // namespace troupe
