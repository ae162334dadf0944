#include "gateway/cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <sys/ioctl.h>
#include <unicode/uchar.h>
#include <unistd.h>

#include "protocols/json/writer.hpp"

namespace troupe::cli {

namespace {

/// The code point that begins at `i` and its length; U+FFFD and 1 where there is none.
std::pair<UChar32, std::size_t> code_point_at(std::string_view s, std::size_t i) {
  auto byte = [&](std::size_t k) { return static_cast<UChar32>(static_cast<unsigned char>(s[k])); };
  auto lead = byte(i);
  std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || i + length > s.size())
    return {0xFFFD, 1};
  auto c = length == 1 ? lead : lead & (0x7F >> length);
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80)
      return {0xFFFD, 1};
    c = (c << 6) | (byte(i + k) & 0x3F);
  }
  return {c, length};
}

/// Calls `f(code point, its bytes)` for each code point, until it says false.
template <class F>
void each_code_point(std::string_view s, F f) {
  for (std::size_t i = 0; i < s.size();) {
    auto [c, length] = code_point_at(s, i);
    if (!f(c, s.substr(i, length)))
      return;
    i += length;
  }
}

unsigned columns_of(UChar32 c) {
  auto kind = u_charType(c);
  if (kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || kind == U_FORMAT_CHAR)
    return 0;
  auto width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

} // namespace

terminal terminal_of(int fd) {
  terminal t;
  const char* term = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  auto dumb = term == nullptr || std::string_view{term} == "dumb" || std::string_view{term}.empty();
  t.interactive = isatty(fd) == 1 && !dumb;
  t.colour = t.interactive && (no_colour == nullptr || *no_colour == '\0');
  winsize size = {};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    t.width = std::clamp<unsigned>(size.ws_col, 40, 200);
  return t;
}

std::string printable(std::string_view text) {
  auto valid = is_utf8(text) ? std::string{text} : to_valid_utf8(text);
  std::string out;
  out.reserve(valid.size());
  each_code_point(valid, [&](UChar32 c, std::string_view bytes) {
    auto control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    auto bidi = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); // would reorder what stands beside it
    if (control || bidi)
      out += ' ';
    else
      out += bytes;
    return true;
  });
  return out;
}

unsigned columns(std::string_view text) {
  unsigned n = 0;
  each_code_point(text, [&](UChar32 c, std::string_view) {
    n += columns_of(c);
    return true;
  });
  return n;
}

std::string shortened(std::string_view text, unsigned width) {
  if (columns(text) <= width)
    return std::string{text};
  if (width == 0)
    return {};
  std::string out;
  unsigned used = 0;
  each_code_point(text, [&](UChar32 c, std::string_view bytes) {
    auto w = columns_of(c);
    if (used + w + 1 > width)
      return false;
    used += w;
    out += bytes;
    return true;
  });
  return out + "…";
}

std::string padded(std::string_view text, unsigned width) {
  std::string out{text};
  auto used = columns(text);
  if (used < width)
    out.append(width - used, ' ');
  return out;
}

std::string duration_text(std::uint64_t ms) {
  std::array<char, 48> out{};
  auto s = ms / 1000;
  using ull = unsigned long long;
  if (s < 60)
    std::snprintf(out.data(), out.size(), "%.1f s", static_cast<double>(ms) / 1000.0);
  else if (s < 3600)
    std::snprintf(out.data(), out.size(), "%llu min %02llu s", static_cast<ull>(s / 60), static_cast<ull>(s % 60));
  else if (s < 86400)
    std::snprintf(out.data(), out.size(), "%llu h %llu min", static_cast<ull>(s / 3600), static_cast<ull>(s / 60 % 60));
  else
    std::snprintf(out.data(), out.size(), "%llu d %llu h", static_cast<ull>(s / 86400),
                  static_cast<ull>(s / 3600 % 24));
  return out.data();
}

} // namespace troupe::cli
