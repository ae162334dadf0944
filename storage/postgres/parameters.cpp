#include "storage/postgres/parameters.hpp"

#include <simdjson.h>

#include "storage/packing.hpp"

namespace troupe::storage::postgres {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Bytes of the character at the head of `x`; 0 when there is none that PostgreSQL takes. Rejects what RFC 3629 does:
/// overlong forms, surrogates, anything above U+10FFFF.
std::size_t good_character(std::string_view x) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(x[i]); };
  auto lead = byte(0);
  if (lead < 0x80)
    return lead == 0 ? 0 : 1;
  auto length = std::size_t{lead >= 0xf0 ? 4U : lead >= 0xe0 ? 3U : 2U};
  return x.size() >= length && simdjson::validate_utf8(x.data(), length) ? length : 0;
}

} // namespace

std::string clean(std::string_view text) {
  if (text.find('\0') == std::string_view::npos && simdjson::validate_utf8(text.data(), text.size()))
    return std::string{text};
  std::string result;
  while (!text.empty()) {
    auto length = good_character(text);
    result += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string encode_bytes(std::string_view bytes) { return "\\x" + to_hex(bytes); }

std::string decode_bytes(std::string_view text) {
  return text.starts_with("\\x") ? from_hex_digits(text.substr(2)) : std::string{};
}

void array::append(std::string_view element) {
  if (size_++ != 0)
    text_ += ',';
  text_ += element;
}

void array::quote(std::string_view element) {
  if (size_++ != 0)
    text_ += ',';
  text_ += '"';
  for (auto c : element) {
    if (c == '"' || c == '\\')
      text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

} // namespace troupe::storage::postgres
