#include "actors/egress/percent.hpp"

#include <unicode/utf8.h>

namespace troupe {

namespace {

bool one_of(unsigned char byte, std::string_view set) noexcept {
  return set.find(static_cast<char>(byte)) != std::string_view::npos;
}

bool unreserved(int byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-'
         || byte == '.' || byte == '_' || byte == '~';
}

/// The byte of the triplet at `i`, or -1.
int triplet(std::string_view text, std::size_t i) noexcept {
  if (i + 2 >= text.size())
    return -1;
  auto high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

} // namespace

bool needs_encoding(unsigned char byte, encode_set set) noexcept {
  if (byte < 0x20 || byte > 0x7e)
    return true;
  switch (set) {
  case encode_set::c0_control:
    return false;
  case encode_set::fragment:
    return one_of(byte, " \"<>`");
  case encode_set::query:
    return one_of(byte, " \"#<>");
  case encode_set::special_query:
    return one_of(byte, " \"#<>'");
  case encode_set::path:
    return one_of(byte, " \"#<>?^`{}");
  case encode_set::userinfo:
    return one_of(byte, " \"#<>?^`{}/:;=@[\\]|");
  }
  return true;
}

void append_triplet(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out += '%';
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

void append_encoded(std::string& out, unsigned char byte, encode_set set) {
  if (needs_encoding(byte, set))
    append_triplet(out, byte);
  else
    out += static_cast<char>(byte);
}

int hex_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  if (digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F')
    return digit - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = text[i] == '%' ? triplet(text, i) : -1;
    if (byte < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(byte);
      i += 2;
    }
  }
  return out;
}

std::string tidy_triplets(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    auto byte = triplet(text, i);
    if (byte < 0)
      return std::string{text};
    if (unreserved(byte))
      out += static_cast<char>(byte);
    else
      append_triplet(out, static_cast<unsigned char>(byte));
    i += 2;
  }
  return out;
}

std::string scrub_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t at = 0;
  while (at < text.size()) {
    auto start = at;
    std::int32_t point = 0;
    U8_NEXT(bytes, at, text.size(), point);
    if (point < 0)
      out += "\xef\xbf\xbd";
    else
      out.append(text, start, at - start);
  }
  return out;
}

} // namespace troupe
