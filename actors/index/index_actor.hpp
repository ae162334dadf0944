#pragma once
/// The actor around one index shard.

#include <filesystem>

#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

struct index_shard_limits {
  std::uint32_t fill_documents = 32;             ///< a page of the fill: about 10 ms of indexing between two searches
  std::size_t parked = 1024;                     ///< requests that wait for the fill to bring their documents
  std::size_t graph_step = 16;                   ///< vectors put into the graph between two messages
  std::chrono::milliseconds search_waits{15000}; ///< at most, of a search that wants the shard whole
  std::chrono::milliseconds store_within{10000}; ///< the store's answer to a page
  std::chrono::milliseconds retry_first{200};    ///< when it failed; doubled up to
  std::chrono::milliseconds retry_at_most{5000};
  std::uint32_t brief_documents = 1000; ///< a page of the fill when only what is known of documents is asked
  std::filesystem::path snapshot{};     ///< file; empty: none is written or read
};

/// An `index_actor`. Runs detached. `fitter` fits its latent spaces (`fitter_actor.hpp`); without one it has none.
/// Takes up its snapshot when it starts and fills itself from the store; what is asked meanwhile is answered from what
/// is there, with `coverage` below 1 (`whole` searches wait a while first), and new documents are searchable at once.
caf::actor spawn_index_shard(const child_context& ctx, store_reader_actor store, embed_actor embed, caf::actor fitter,
                             const index_shard_limits& limits = {});

} // namespace troupe
