#pragma once
/// Where requests may go (DESIGN section 11): decided on the URL first, on the address really used again.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/egress/ip_address.hpp"
#include "actors/egress/url.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// What an operator opened. Immutable once the node runs; read from any thread.
struct egress_policy {
  /// Loopback, private, shared and unique-local addresses and local names are open. Link-local addresses and metadata
  /// services are not: those open one by one, below.
  bool allow_private = false;
  std::vector<std::string> hosts; ///< lower case; `*.example.org` for every name below it
  std::vector<ip_block> blocks;
};

/// The policy of a configuration: `allow` holds host names, `*.domain` patterns, addresses and CIDR blocks. Fails with
/// `invalid_argument`, naming the entry.
expected<egress_policy> make_egress_policy(bool allow_private, const std::vector<std::string>& allow);

enum class egress_verdict : std::uint8_t {
  allow,   ///< an address that may be reached
  resolve, ///< a name: the addresses it has decide
  refuse,
};

struct egress_decision {
  egress_verdict verdict = egress_verdict::refuse;
  std::string subject; ///< address without brackets, name, or reason
  url target;          ///< empty when unparsable
  bool listed = false; ///< the policy lists this host: whatever address it has is fine
};

/// Decides on a URL as a person wrote it. Sends nothing, resolves nothing.
egress_decision decide(std::string_view raw_url, const egress_policy& policy);
egress_decision decide(const url& target, const egress_policy& policy);

/// `allow ADDRESS`, `resolve NAME` or `refuse REASON`, one line without its end: what `troupe check egress` prints.
std::string to_line(const egress_decision& x);

/// At connect time: why this address must not be used, nothing when it may.
std::optional<std::string> refusal(const ip_address& x, const egress_policy& policy);

/// `refused http://169.254.169.254/: link-local address`, with what opens it.
error refused(const url& target, std::string_view reason, const egress_policy& policy);

} // namespace troupe
