#pragma once
/// The gateway as one child of a node's tree: the bridge's actor, and the owner of the listener's threads.

#include <functional>
#include <memory>

#include "actors/supervision/child.hpp"
#include "gateway/edge.hpp"
#include "gateway/listen.hpp"
#include "gateway/options.hpp"
#include "protocols/actors/engine.hpp"

namespace troupe::gateway {

/// The spec of child `gateway`, for the composition root; it starts last and stops first. `listener` was bound by the
/// caller, so that a taken address is told before anything runs; each incarnation listens on a duplicate of it. On an
/// exit message it stops accepting, lets requests in flight finish and streams close within `options.drain`, then ends.
child_spec gateway_child(const engine_doors& doors, gateway_options options, std::shared_ptr<bound_listener> listener,
                         edge_factory make_face = make_edge);

} // namespace troupe::gateway
