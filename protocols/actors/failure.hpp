#pragma once
/// `troupe::error` as `caf::error` and back, losslessly. Every actor fails its requests through this.

#include <caf/atom.hpp>
#include <caf/error.hpp>

#include "protocols/error.hpp"

namespace troupe {

constexpr caf::atom_value error_category = caf::atom("troupe");

/// For `return to_caf(...)` in a handler and for `response_promise::deliver`.
caf::error to_caf(const error& x);
/// CAF's own errors become `deadline_exceeded` (time-outs), `unavailable` (receiver down) or `internal`.
error from_caf(const caf::error& x);

} // namespace troupe
