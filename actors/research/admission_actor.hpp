#pragma once
/// Admission: pulls accepted researches from the ledger when this node has room, starts a session for each, keeps their
/// leases, tells them of cancellation and loss (DESIGN sections 4 and 5).
///
/// Takes `events_committed` as a hint that there is work or that a research is to be cancelled, and `drain_atom,
/// milliseconds (std::int64_t)`: claims no more, lets sessions end within that time, hands back the leases of the rest;
/// answered, when none runs, with how many those were (std::uint64_t).

#include "actors/research/session_actor.hpp"

namespace troupe {

struct admission_options {
  node_id node;
  std::uint32_t slots = 4; ///< researches at the same time
  std::chrono::milliseconds lease{15000};
  std::chrono::milliseconds renew_every{1000};
  std::chrono::milliseconds poll_every{1000}; ///< for what becomes due or expires; new work is told of
  std::chrono::milliseconds claim_gap{10};    ///< a claim soon after another waits so long, to be one for all that come
  timestamp (*wall)() = &std::chrono::system_clock::now; ///< what leases run by
  timestamp accepted_since{};                            ///< researches accepted before it are left to other nodes
  session_options session;
  caf::actor address; ///< its own door, which sessions report to; itself when invalid
};

caf::actor spawn_admission(const child_context& ctx, const research_handles& handles, admission_options options);

} // namespace troupe
