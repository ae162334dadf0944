#pragma once
/// Fits latent spaces and puts snapshots on the disk, away from the shards, which answer meanwhile.

#include <atomic>
#include <memory>
#include <vector>

#include "actors/embed/lsa_model.hpp"
#include "actors/index/index_shard.hpp"
#include "actors/supervision/child.hpp"

namespace troupe {

/// Shard → fitter, within one process. Answer: `fitted_space`; `invalid_argument` when the texts are too few for one,
/// `cancelled` after `stop`.
struct fit_space {
  std::shared_ptr<const std::vector<latent_text>> sample; ///< at most `lsa_options::most_passages`
  std::shared_ptr<const std::atomic<bool>> stop;          ///< true once nobody waits for it
};
struct fitted_space {
  std::shared_ptr<const lsa_space> space;
};

/// Shard → fitter, within one process: waits for the medium. Answer: `snapshot_committed`, or `storage_failed`.
struct commit_snapshot {
  std::shared_ptr<shard_snapshot> what;
};
struct snapshot_committed {};

/// Runs detached: a fit takes about 0.1 ms a passage, and one is done after the other.
caf::actor spawn_fitter(const child_context& ctx);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::fit_space)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::fitted_space)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::commit_snapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::snapshot_committed)
