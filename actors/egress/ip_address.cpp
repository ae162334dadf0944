#include "actors/egress/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace troupe {

std::optional<ip_address> ip_from_text(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']')
    text = text.substr(1, text.size() - 2);
  if (text.size() >= INET6_ADDRSTRLEN)
    return std::nullopt;
  std::string terminated{text};
  ip_address out;
  if (inet_pton(AF_INET, terminated.c_str(), out.bytes.data()) == 1)
    return out;
  out.v6 = true;
  if (inet_pton(AF_INET6, terminated.c_str(), out.bytes.data()) == 1)
    return out;
  return std::nullopt;
}

std::optional<ip_address> ip_from_sockaddr(const sockaddr* address) {
  ip_address out;
  if (address == nullptr)
    return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    std::memcpy(out.bytes.data(), &v4.sin_addr, 4);
    return out;
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    std::memcpy(out.bytes.data(), &v6.sin6_addr, 16);
    out.v6 = true;
    return out;
  }
  return std::nullopt;
}

std::string to_text(const ip_address& x) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(x.v6 ? AF_INET6 : AF_INET, x.bytes.data(), out.data(), static_cast<socklen_t>(out.size()));
  return out.data();
}

bool ip_block::contains(const ip_address& x) const noexcept {
  if (x.v6 != first.v6)
    return false;
  auto whole = bits / 8;
  if (!std::equal(x.bytes.begin(), x.bytes.begin() + whole, first.bytes.begin()))
    return false;
  auto rest = bits % 8;
  return rest == 0 || ((x.bytes[whole] ^ first.bytes[whole]) >> (8 - rest)) == 0;
}

std::optional<ip_block> block_from_text(std::string_view text) {
  auto slash = text.find('/');
  auto address = ip_from_text(text.substr(0, slash));
  if (!address)
    return std::nullopt;
  ip_block out{*address, address->v6 ? 128u : 32u};
  if (slash == std::string_view::npos)
    return out;
  auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (status != std::errc{} || end != digits.data() + digits.size() || bits > out.bits)
    return std::nullopt;
  out.bits = bits;
  for (std::size_t bit = bits; bit < (address->v6 ? 128u : 32u); ++bit)
    if ((address->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0)
      return std::nullopt;
  return out;
}

} // namespace troupe
