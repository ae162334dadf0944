#pragma once
/// A writer of the pool `research/pool/writer/0..n`: composes reports on a thread of its own, because that computes for
/// longer than anything may on the threads that coordinate (DESIGN section 4). One task at a time, in order; what is
/// past its deadline when its turn comes is refused with `deadline_exceeded`.

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "actors/research/compose.hpp"
#include "actors/supervision/child.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::compose_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::composed_answer)

namespace troupe {

using answer_writer_actor = caf::typed_actor<caf::replies_to<compose_answer>::with<composed_answer>>;

/// To be run detached.
caf::actor spawn_writer(const child_context& ctx);

} // namespace troupe
