#pragma once
/// The shell around a session: folds its log, runs the machine's effects against the other rooms, ticks. A temporary
/// child of the research supervisor, named `session/<id>`, added by admission.
///
/// Takes from admission: `tick_atom`, `cancel_atom` (somebody asked to cancel), `fence_atom` (the lease is lost). Tells
/// admission `alive_atom, id, epoch` now and then, `leaving_atom, id, epoch` when its last commit is on its way to the
/// writer, and `session_ended` once, however it ends.

#include <memory>
#include <vector>

#include "actors/research/session_steps.hpp"
#include "actors/research/session_ticks.hpp"
#include "actors/research/writer_actor.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"
#include "protocols/research.hpp"

namespace troupe {

using cancel_atom = caf::atom_constant<caf::atom("cancel")>;
using fence_atom = caf::atom_constant<caf::atom("fence")>;
using leaving_atom = caf::atom_constant<caf::atom("leaving")>;
using alive_atom = caf::atom_constant<caf::atom("alive")>;
using drain_atom = caf::atom_constant<caf::atom("drain")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;

/// How a session ended. Unless it finished, its lease goes back.
enum class session_end : std::uint8_t {
  finished, ///< the ledger has the final event
  given_up, ///< it can't go on: the store fails, or the lease is another's
  stopped,  ///< from outside: the node is going down, or an operator wants it so
  crashed,  ///< by a defect of its own
};

/// Session → admission, its last word. Local.
struct session_ended {
  std::string id;
  lease_epoch epoch;
  session_end how = session_end::finished;
};

/// The doors that the research room works with.
struct research_handles {
  store_writer_actor writer;
  store_reader_actor reader;
  event_log_actor event_log; ///< may be invalid: then work is found by polling alone
  scrape_actor scrape;
  embed_actor embed;
  index_actor index;
  std::vector<answer_writer_actor> writers; ///< at least one
  /// Sessions join; admission sends.
  std::shared_ptr<session_ticks<caf::actor>> ticks = std::make_shared<session_ticks<caf::actor>>();
};

/// One claimed research. `admission`: who is told of its end.
struct claimed_session {
  research_row row;
  node_id node;
  session_options options;
  caf::actor admission;
  std::size_t nth = 0; ///< since admission started; spreads sessions over the writers
};

caf::actor spawn_session(const child_context& ctx, const research_handles& handles, claimed_session claimed);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::session_ended)
