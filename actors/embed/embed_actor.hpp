#pragma once
/// The embed room's actors: workers that chunk and embed, and the pool in front of them.

#include <vector>

#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// A worker, an `embed_actor`: does one document at a time. Runs detached, at a lower priority than coordination.
caf::actor spawn_embedder(const child_context& ctx);

struct embed_pool_limits {
  std::size_t queue = 256;                         ///< documents that wait; more are refused with `overloaded`
  std::size_t per_worker = 2;                      ///< given to a worker at a time: one in work, one at hand
  std::uint32_t attempts = 3;                      ///< of a document before it counts as poison
  std::chrono::milliseconds attempt_within{20000}; ///< a worker that takes longer is taken for lost
  std::chrono::milliseconds rest{200};             ///< of a worker that is restarting, before it is asked again
};

/// The pool, an `embed_actor`: gives each document to the least loaded worker and keeps the rest in a bounded queue. A
/// document whose worker dies goes to another. Queries are embedded here and never wait behind documents.
caf::actor spawn_embed(const child_context& ctx, std::vector<embedder_actor> workers,
                       const embed_pool_limits& limits = {});

} // namespace troupe
