#pragma once
/// Hosts by the URL standard (section 3): domains through IDNA, IPv4 in all its spellings, IPv6, opaque hosts.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// Parses and serialises a host: `EXAMPLE.com` → `example.com`, `0x7f.1` → `127.0.0.1`, `[::0:1]` → `[::1]`. `opaque`
/// for schemes that are not special. Nothing when the standard calls it a failure.
std::optional<std::string> parse_host(std::string_view input, bool opaque);

/// UTS #46 as the standard asks for: not transitional, CheckHyphens and strictness off, bidi and joiners checked.
std::optional<std::string> domain_to_ascii(std::string_view domain);

/// The eight pieces of an IPv6 address without its brackets.
std::optional<std::array<std::uint16_t, 8>> parse_ipv6(std::string_view text);
/// With brackets, the first longest run of zero pieces compressed.
std::string serialise_ipv6(const std::array<std::uint16_t, 8>& pieces);

/// Does the last label make this host an IPv4 address (or a failed one)?
bool ends_in_number(std::string_view host);
/// Dotted, short, octal and hexadecimal forms.
std::optional<std::uint32_t> parse_ipv4(std::string_view text);
std::string serialise_ipv4(std::uint32_t address);

} // namespace troupe
