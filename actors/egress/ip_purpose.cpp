// The blocks of the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and its updates), and the addresses
// on which clouds serve credentials to whoever asks from inside.
#include "actors/egress/ip_address.hpp"

#include <algorithm>
#include <vector>

namespace troupe {

namespace {

struct special_block {
  std::string_view text;
  std::string_view reason;
  bool private_network = false;
};

/// The first that matches counts, so narrower blocks stand before wider ones.
constexpr special_block registry[] = {
  {"100.100.100.200", "metadata service address"},
  {"168.63.129.16", "metadata service address"},
  {"192.0.0.192", "metadata service address"},
  // Public, but many networks answer at it themselves (wireless controllers and captive portals use it as their own
  // virtual address), so what it reaches is not known. No page worth reading is served by its number.
  {"1.1.1.1", "address that networks use inside"},
  {"0.0.0.0", "unspecified address"},
  {"0.0.0.0/8", "reserved address"},
  {"10.0.0.0/8", "private address", true},
  {"100.64.0.0/10", "shared (carrier-grade NAT) address", true},
  {"127.0.0.0/8", "loopback address", true},
  {"169.254.0.0/16", "link-local address"},
  {"172.16.0.0/12", "private address", true},
  {"192.0.0.0/24", "reserved address"},
  {"192.0.2.0/24", "documentation address"},
  {"192.88.99.0/24", "6to4 relay address"},
  {"192.168.0.0/16", "private address", true},
  {"198.18.0.0/15", "benchmarking address"},
  {"198.51.100.0/24", "documentation address"},
  {"203.0.113.0/24", "documentation address"},
  {"224.0.0.0/4", "multicast address"},
  {"255.255.255.255", "broadcast address"},
  {"240.0.0.0/4", "reserved address"},

  {"fd00:ec2::254", "metadata service address"},
  {"fd20:ce::254", "metadata service address"},
  {"::", "unspecified address"},
  {"::1", "loopback address", true},
  {"::ffff:0:0/96", "IPv4-mapped address"},
  {"::ffff:0:0:0/96", "IPv4-translated address"},
  {"::/96", "IPv4-compatible address"},
  {"64:ff9b::/96", "NAT64 address"},
  {"64:ff9b:1::/48", "NAT64 address"},
  {"100::/64", "discard-only address"},
  {"2001::/32", "Teredo address"},
  {"2001:2::/48", "benchmarking address"},
  {"2001:10::/28", "ORCHID identifier"},
  {"2001:20::/28", "ORCHID identifier"},
  {"2001:db8::/32", "documentation address"},
  {"2001::/23", "reserved address"},
  {"2002::/16", "6to4 address"},
  {"3fff::/20", "documentation address"},
  {"fc00::/7", "unique-local address", true},
  {"fe80::/10", "link-local address"},
  {"fec0::/10", "site-local address"},
  {"ff00::/8", "multicast address"},
};

struct parsed_block {
  ip_block block;
  ip_purpose purpose;
};

std::vector<parsed_block> parsed_registry() {
  std::vector<parsed_block> out;
  for (const auto& entry : registry)
    if (auto block = block_from_text(entry.text))
      out.push_back({*block, {entry.reason, entry.private_network}});
  return out;
}

/// RFC 5214: the interface identifier 0:5efe or 200:5efe carries an IPv4 address behind any prefix.
bool isatap(const ip_address& x) {
  return (x.bytes[8] & ~2) == 0 && x.bytes[9] == 0 && x.bytes[10] == 0x5e && x.bytes[11] == 0xfe;
}

} // namespace

ip_purpose purpose_of(const ip_address& x) {
  static const auto blocks = parsed_registry();
  auto found = std::find_if(blocks.begin(), blocks.end(), [&](const auto& b) { return b.block.contains(x); });
  if (found != blocks.end())
    return found->purpose;
  if (!x.v6)
    return {};
  if ((x.bytes[0] & 0xe0) != 0x20) // only 2000::/3 is given out as global unicast (RFC 4291)
    return {"reserved address"};
  return isatap(x) ? ip_purpose{"ISATAP address"} : ip_purpose{};
}

} // namespace troupe
