// IPv4 and IPv6 addresses as text, by sections 3.5 and 3.6 of the URL standard.
#include "actors/egress/host.hpp"

#include "actors/egress/percent.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace troupe {

namespace {

using pieces = std::array<std::uint16_t, 8>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One part of an IPv4 address; values beyond 32 bits stay beyond (saturated), so that the caller refuses them.
std::optional<std::uint64_t> ipv4_number(std::string_view part) {
  if (part.empty())
    return std::nullopt;
  int radix = 10;
  if (part.size() >= 2 && part[0] == '0' && (part[1] == 'x' || part[1] == 'X')) {
    part.remove_prefix(2);
    radix = 16;
  } else if (part.size() >= 2 && part[0] == '0') {
    part.remove_prefix(1);
    radix = 8;
  }
  std::uint64_t value = 0;
  for (auto c : part) {
    auto digit = hex_value(c);
    if (digit < 0 || digit >= radix)
      return std::nullopt;
    value = std::min<std::uint64_t>(value * static_cast<unsigned>(radix) + static_cast<unsigned>(digit), 1ull << 40);
  }
  return value;
}

std::vector<std::string_view> labels(std::string_view host) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    auto dot = host.find('.', start);
    parts.push_back(host.substr(start, dot == std::string_view::npos ? dot : dot - start));
    if (dot == std::string_view::npos)
      return parts;
    start = dot + 1;
  }
}

/// The dotted tail of an IPv6 address: exactly four decimal numbers without leading zeros.
bool embedded_ipv4(std::string_view text, pieces& out, std::size_t at) {
  auto parts = labels(text);
  if (parts.size() != 4 || at > 6)
    return false;
  for (std::size_t i = 0; i < 4; ++i) {
    auto part = parts[i];
    if (part.empty() || part.size() > 3 || !std::all_of(part.begin(), part.end(), is_digit)
        || (part.size() > 1 && part[0] == '0'))
      return false;
    unsigned value = 0;
    for (auto c : part)
      value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 255)
      return false;
    auto& piece = out[at + i / 2];
    piece = static_cast<std::uint16_t>(piece * 256u + value);
  }
  return true;
}

/// Moves what was read after `::` to the end. `::` itself counted as one piece.
void expand(pieces& x, std::size_t compress, std::size_t count) {
  auto to = x.size();
  for (auto left = count - compress; left > 0; --left)
    std::swap(x[--to], x[compress + left - 1]);
}

} // namespace

bool ends_in_number(std::string_view host) {
  auto parts = labels(host);
  if (parts.back().empty()) {
    if (parts.size() == 1)
      return false;
    parts.pop_back();
  }
  auto last = parts.back();
  return (!last.empty() && std::all_of(last.begin(), last.end(), is_digit)) || ipv4_number(last).has_value();
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  auto parts = labels(text);
  if (parts.back().empty() && parts.size() > 1)
    parts.pop_back();
  if (parts.size() > 4)
    return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto number = ipv4_number(parts[i]);
    if (!number)
      return std::nullopt;
    auto last = i + 1 == parts.size();
    if (*number >= (last ? 1ull << (8 * (5 - parts.size())) : 256))
      return std::nullopt;
    address += last ? *number : *number << (8 * (3 - i));
  }
  return static_cast<std::uint32_t>(address);
}

std::string serialise_ipv4(std::uint32_t address) {
  return std::to_string(address >> 24) + '.' + std::to_string(address >> 16 & 255) + '.'
         + std::to_string(address >> 8 & 255) + '.' + std::to_string(address & 255);
}

std::optional<pieces> parse_ipv6(std::string_view text) {
  pieces out{};
  std::size_t count = 0, at = 0;
  std::optional<std::size_t> compress;
  if (text.starts_with(":")) {
    if (!text.starts_with("::"))
      return std::nullopt;
    at = 2;
    compress = count = 1;
  }
  while (at < text.size()) {
    if (count == 8)
      return std::nullopt;
    if (text[at] == ':') {
      if (compress)
        return std::nullopt;
      ++at;
      compress = ++count;
      continue;
    }
    unsigned value = 0;
    auto start = at;
    for (; at < text.size() && at - start < 4 && hex_value(text[at]) >= 0; ++at)
      value = value * 16 + static_cast<unsigned>(hex_value(text[at]));
    if (at < text.size() && text[at] == '.') {
      if (at == start || !embedded_ipv4(text.substr(start), out, count))
        return std::nullopt;
      count += 2;
      break;
    }
    if (at < text.size() && (text[at] != ':' || ++at == text.size()))
      return std::nullopt;
    out[count++] = static_cast<std::uint16_t>(value);
  }
  if (compress)
    expand(out, *compress, count);
  else if (count != 8)
    return std::nullopt;
  return out;
}

std::string serialise_ipv6(const pieces& x) {
  std::size_t best = 8, best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    auto end = i;
    while (end < 8 && x[end] == 0)
      ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end + 1;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "[";
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += i == 0 ? "::" : ":";
      i += best_length - 1;
      continue;
    }
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      auto digit = static_cast<std::size_t>(x[i] >> shift & 15);
      started = started || digit != 0 || shift == 0;
      if (started)
        out += digits[digit];
    }
    if (i < 7)
      out += ':';
  }
  return out + ']';
}

} // namespace troupe
