#pragma once
/// The shell around a session: folds its log, runs the machine's effects against the other rooms, ticks. A temporary
/// child of the research supervisor, named `session/<id>`, added by admission.
///
/// Takes from admission: `cancel_atom` (somebody asked to cancel), `fence_atom` (the lease is lost). Tells admission
/// `alive_atom, id, epoch` now and then, and `ended_atom, id, finished, stopped` once: `finished` when the ledger has
/// the final event, otherwise the lease goes back; `stopped` when it was ended from outside (the node is going down).

#include "actors/research/session_steps.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"
#include "protocols/research.hpp"

namespace troupe {

using cancel_atom = caf::atom_constant<caf::atom("cancel")>;
using fence_atom = caf::atom_constant<caf::atom("fence")>;
using alive_atom = caf::atom_constant<caf::atom("alive")>;
using ended_atom = caf::atom_constant<caf::atom("ended")>;
using drain_atom = caf::atom_constant<caf::atom("drain")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;

/// The doors that the research room works with.
struct research_handles {
  store_writer_actor writer;
  store_reader_actor reader;
  event_log_actor event_log; ///< may be invalid: then work is found by polling alone
  scrape_actor scrape;
  embed_actor embed;
  index_actor index;
};

/// One claimed research. `admission`: who is told of its end.
struct claimed_session {
  research_row row;
  node_id node;
  session_options options;
  caf::actor admission;
};

caf::actor spawn_session(const child_context& ctx, const research_handles& handles, claimed_session claimed);

} // namespace troupe
