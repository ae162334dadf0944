#pragma once
/// What the shard's actor remembers. Only for the files `index_*_actor.cpp` of this folder.

#include <list>
#include <map>
#include <set>

#include <caf/all.hpp>

#include "actors/index/fitter_actor.hpp"
#include "actors/index/growth_schedule.hpp"
#include "actors/index/index_actor.hpp"
#include "actors/index/index_shard.hpp"
#include "protocols/actors/failure.hpp"

namespace troupe {

/// Shard → itself.
struct fill_again {};
struct extend_graph_again {};
struct consider_fit_again {};
struct place_again {};
struct consider_snapshot_again {};
struct write_snapshot_again {};
struct search_waited {
  std::uint64_t number = 0;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::fill_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::extend_graph_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::consider_fit_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::place_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::consider_snapshot_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::write_snapshot_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::search_waited)

namespace troupe {

/// Waits for documents that the store has and the shard has not yet.
struct parked_join {
  std::vector<document_id> missing;
  std::vector<collection_name> collections;
  deadline until;
  caf::response_promise promise;
};

/// Waits for the fill to end.
struct parked_search {
  search_passages what;
  caf::response_promise promise;
};

struct index_state {
  // -- wiring
  caf::event_based_actor* self = nullptr;
  figures_ptr figures;
  store_reader_actor store;
  embed_actor embed;
  caf::actor fitter; ///< invalid: no latent space
  index_shard_limits limits;

  // -- content
  index_shard shard;
  bool graph_step_due = false;

  // -- its latent space
  growth_schedule fits{latent_pace};
  caf::actor_clock::time_point added_at{}; ///< when something was last made searchable
  bool fitting = false;
  std::shared_ptr<std::atomic<bool>> stop_fit; ///< of the last one
  bool look_due = false;                       ///< whether to fit is looked at in a moment

  // -- its snapshots
  growth_schedule snapshots{snapshot_pace};
  std::shared_ptr<shard_snapshot> snapshot; ///< until it is in place
  bool snapshot_look_due = false;

  // -- filling from the store
  bool brief = false; ///< passages are there, from a snapshot: the store is only asked what it knows of documents
  bool filling = false;
  bool filled = false;               ///< once wholly since the start
  std::uint64_t after_row = 0;       ///< everything up to it has been loaded
  std::uint64_t store_documents = 0; ///< documents the store has, for `coverage`
  std::chrono::milliseconds retry{0};
  /// What commits took away since the fill began: a page that was read before them brings it back. Grows by what a
  /// commit holds, and ends with the fill.
  std::set<std::pair<document_id, collection_name>> left;
  std::set<document_id> outdated;
  std::list<parked_join> parked;
  std::map<std::uint64_t, parked_search> searches; ///< by number; at most `limits.parked`
  std::uint64_t last_search = 0;

  /// A fitter at work would hold up the end of the node.
  ~index_state() {
    if (stop_fit)
      stop_fit->store(true);
  }

  void restore();
  void consider_snapshot();
  void write_snapshot();
  void begin_fill();
  void ask_page();
  void take_page(const index_page& page);
  void retry_later();
  void end_fill();
  /// Lets those go whose documents have come, or whose time has passed; with `all`, the rest too.
  void release_parked(bool all);
  /// Takes `left` and `outdated` away again.
  void settle();

  caf::result<index_ack> add(const index_documents& x);
  void take_away(const index_documents& x);
  void bring_back(const index_documents& x);
  caf::result<search_hits> search(const search_passages& x);
  void park(const search_passages& x, caf::response_promise promise);
  void search_now(const search_passages& x, caf::response_promise promise);
  /// It has waited long enough, or the fill has ended.
  void release_search(std::uint64_t number);
  [[nodiscard]] search_hits answer(const search_passages& x, const embedding* vector);
  [[nodiscard]] double coverage() const;
  [[nodiscard]] index_ack ack() const { return {shard.passages()}; }
  void step_graph();
  void consider_fit();
  void begin_fit();
  void place();
  void show();
};

} // namespace troupe
