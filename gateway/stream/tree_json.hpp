#pragma once
/// An actor of the supervision tree as JSON.

#include "protocols/json/writer.hpp"
#include "protocols/tree.hpp"

namespace troupe::gateway {

enum class up_time : bool { left_out, told };

/// One object. Streams leave the up time out, since it alone would make every actor change all the time: it follows
/// from `started_at`.
void encode_actor(json_writer& out, const actor_info& x, up_time up);

} // namespace troupe::gateway
