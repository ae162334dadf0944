#pragma once
/// Percent-encoding by the URL standard (url.spec.whatwg.org, section 1.3), byte by byte: input is UTF-8 and every byte
/// of a non-ASCII character is in every set.

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

enum class encode_set : std::uint8_t { c0_control, fragment, query, special_query, path, userinfo };

/// Is the byte written as `%XX` in this component?
bool needs_encoding(unsigned char byte, encode_set set) noexcept;
/// Appends one byte, encoded when the set says so.
void append_encoded(std::string& out, unsigned char byte, encode_set set);
/// Appends `%XX` whatever the byte is.
void append_triplet(std::string& out, unsigned char byte);
/// Bytes behind the triplets; a `%` without two hexadecimal digits stays.
std::string percent_decode(std::string_view text);
/// Decodes needless triplets (RFC 3986 section 6.2.2: letters, digits, `-._~`) and writes the others in capitals. Text
/// with a broken triplet stays as it is, so that a second pass changes nothing.
std::string tidy_triplets(std::string_view text);
/// 0..15, or -1.
int hex_value(char digit) noexcept;
/// UTF-8 with every malformed sequence replaced by U+FFFD.
std::string scrub_utf8(std::string_view text);

} // namespace troupe
