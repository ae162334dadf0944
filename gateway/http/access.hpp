#pragma once
/// Who may talk to a server without authentication (DESIGN section 9): a page in a browser from another origin may not,
/// whatever name it gave this machine (DNS rebinding).

#include <string_view>

#include "protocols/error.hpp"

namespace troupe::gateway {

struct access_policy {
  bool any_host = false; ///< told to listen openly: every Host, still only the same origin
};

/// Decides on the `Host` (or the authority of an absolute target) and the `Origin` of a request; `has_origin` tells an
/// empty header from none. Fails with `host_not_allowed`.
expected<void> check_access(const access_policy& policy, std::string_view host, std::string_view origin,
                            bool has_origin);

/// Whether a `Host` value names this machine to itself: 127.0.0.1, localhost or [::1], with any port.
bool is_loopback_host(std::string_view host) noexcept;

} // namespace troupe::gateway
