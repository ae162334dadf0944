#pragma once
/// The embed room's actors: workers that chunk and embed, and the pool in front of them.

#include <memory>
#include <vector>

#include "actors/flow/pool_counters.hpp"
#include "actors/flow/work_pool.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// A worker, an `embedder_actor` that also takes leases (actors/flow/work_messages.hpp): does one document at a time.
/// Runs detached, at a lower priority than coordination.
caf::actor spawn_embedder(const child_context& ctx);

/// A worker is given several small documents at a time, or one large one.
inline work_pool_limits embed_pool_limits() {
  work_pool_limits x;
  x.leases = 8;
  x.lease_bytes = 512u << 10;
  x.lease = std::chrono::milliseconds{30000};
  return x;
}

/// The pool, an `embed_actor`: grants credit to those who offer documents, by fair shares, and gives what they submit
/// to workers. A document whose worker dies or falls silent goes to another; after three it is `poisoned`. Queries are
/// embedded here and never wait behind documents. `workers`: doors; `counters`: shared with who shows them, or none.
caf::actor spawn_embed(const child_context& ctx, std::vector<embedder_actor> workers,
                       const work_pool_limits& limits = embed_pool_limits(),
                       std::shared_ptr<pool_counters> counters = {});

} // namespace troupe
