// How a shard writes itself to a file, a little between two messages, and comes back from it when it starts. What the
// file says is taken up only as far as the store confirms it (`index_fill_actor.cpp`).
#include "actors/index/index_state.hpp"

namespace troupe {

namespace {

constexpr std::uint64_t bytes_a_step = std::uint64_t{2} << 20U; // some 3 ms
constexpr std::chrono::minutes commit_within{5};

} // namespace

void index_state::restore() {
  if (limits.snapshot.empty())
    return;
  if (auto loaded = shard.load(limits.snapshot); !loaded) {
    if (loaded.error().code != errc::not_found)
      figures->status(loaded.error().message); // and it fills itself from the store, as without one
    return;
  }
  brief = shard.documents() != 0;
  snapshots.began(shard.passages());
  snapshots.ended();
  if (auto space = shard.space()) {
    fits.began(space->fitted_on());
    fits.ended();
  }
}

void index_state::consider_snapshot() {
  if (!fitter || limits.snapshot.empty() || snapshot || !filled || fitting || shard.unplaced() > 0 || snapshot_look_due
      || !snapshots.due(shard.passages()))
    return;
  auto now = self->clock().now();
  if (auto wait = snapshots.wait(now, added_at); wait.count() != 0) {
    snapshot_look_due = true;
    return self->delayed_send(self, wait, consider_snapshot_again{});
  }
  snapshots.began(shard.passages());
  snapshot = std::make_shared<shard_snapshot>(limits.snapshot);
  self->send(self, write_snapshot_again{});
}

void index_state::write_snapshot() {
  switch (shard.write_more(*snapshot, bytes_a_step)) {
  case index_shard::snapshot_step::more:
    return self->send(self, write_snapshot_again{});
  case index_shard::snapshot_step::stale:
    snapshot.reset();
    return consider_snapshot(); // once the new space is settled
  case index_shard::snapshot_step::ended:
    break;
  }
  // The medium may take its time: not here, where searches wait. Until it has answered there is no other snapshot,
  // which would be written to the same file.
  self->request(fitter, commit_within, commit_snapshot{snapshot})
    .then(
      [this](const snapshot_committed&) {
        snapshot.reset();
        snapshots.ended();
        consider_snapshot();
      },
      [this](const caf::error& why) {
        snapshot.reset();
        figures->status(from_caf(why).message);
        snapshots.failed(self->clock().now());
        consider_snapshot();
      });
}

} // namespace troupe
