#pragma once
/// IP addresses and blocks of them as values, and what each address is for (IANA's special-purpose registries).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace troupe {

/// IPv4 fills the first four bytes. An IPv4-mapped IPv6 address stays IPv6: it is a different thing to refuse.
struct ip_address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const ip_address&) const = default;
};

/// Dotted IPv4 or IPv6, with or without brackets; strict forms only (a URL's host is serialised already).
std::optional<ip_address> ip_from_text(std::string_view text);
/// Nothing for families other than IPv4 and IPv6.
std::optional<ip_address> ip_from_sockaddr(const sockaddr* address);
/// Without brackets.
std::string to_text(const ip_address& x);

/// `10.0.0.0/8`, `fd00::/8`, or one address.
struct ip_block {
  ip_address first;
  unsigned bits = 0;

  [[nodiscard]] bool contains(const ip_address& x) const noexcept;
};

/// Nothing when it is no block, also when bits beyond the prefix are set.
std::optional<ip_block> block_from_text(std::string_view text);

/// What an address is for. `reason` is empty for a global one, else what a refusal says: `loopback address`.
struct ip_purpose {
  std::string_view reason;
  bool private_network = false; ///< opens with `allow_private`: loopback, private, shared, unique-local

  [[nodiscard]] bool global() const noexcept { return reason.empty(); }
};

ip_purpose purpose_of(const ip_address& x);

} // namespace troupe
