#pragma once
/// The composition root: builds one node's supervision tree (DESIGN section 3), and takes it down in order.

#include <functional>
#include <memory>
#include <vector>

#include "actors/node/config.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/engine.hpp"

namespace troupe {

/// A running node. Made and destroyed on the main thread.
class node {
public:
  /// Opens the data folder (locked: `data_locked`), the store and the tree. `edge` makes the specs of what faces
  /// outside (the gateway), given the doors; they start last and stop first.
  static expected<std::unique_ptr<node>> start(const node_config& config,
                                               std::function<std::vector<child_spec>(const engine_doors&)> edge = {});
  ~node();

  [[nodiscard]] const engine_doors& doors() const;
  [[nodiscard]] caf::actor_system& system();
  /// Graceful: stops admitting, hands leases back, stops children in reverse within the deadline. Idempotent. Answers
  /// how many researches were handed back while they ran.
  std::uint64_t stop(std::chrono::milliseconds within);
  /// Becomes true when the tree gave up (restarts exhausted): the process should exit non-zero.
  [[nodiscard]] bool failed() const;

private:
  struct impl;
  explicit node(std::unique_ptr<impl> x);
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
