#pragma once
/// A small engine behind a real listener: actors that answer from one scripted store in memory.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/actor_bridge.hpp"
#include "gateway/edge.hpp"
#include "protocols/actors/engine.hpp"

namespace troupe::gateway {

struct fake_store {
  std::mutex mutex;
  std::map<std::string, research_row> rows;
  std::map<std::string, std::vector<event_record>> logs;
  std::map<std::string, report> reports;
  std::map<std::string, document> documents;
  std::map<std::string, std::pair<std::string, std::string>> keys; ///< idempotency key → digest, id
  std::vector<accept_research> accepted;
  std::vector<dead_letter> dead;
  bool full = false;     ///< the ledger refuses
  bool silent = false;   ///< the reader never answers
  std::size_t reads = 0; ///< of events
  std::size_t looks = 0; ///< at the tree
  tree_snapshot tree;    ///< set by the constructor to a root and a writer
  std::size_t cancels = 0;
  std::vector<std::string> unplanned; ///< what no gateway asks for; fails the test at its end
};

struct fake_config : caf::actor_system_config {
  fake_config();
};

/// A gateway on a free port of loopback. Tests talk to `port`; `append` makes a log grow as a session would.
class fake_engine {
public:
  explicit fake_engine(gateway_options options = {});
  ~fake_engine();

  void append(const std::string& id, const std::string& type, const std::string& data = "{}");
  /// Comes back when the bridge has done with everything it was told so far.
  void await_bridge();
  /// A research with this many events, the last one final when `ended`.
  std::string research_with(std::size_t events, bool ended);
  [[nodiscard]] std::uint16_t port() const { return listener->port(); }
  [[nodiscard]] std::string host() const { return listener->endpoint(); }

  fake_config config;
  caf::actor_system system{config};
  std::shared_ptr<fake_store> store = std::make_shared<fake_store>();
  engine_doors doors;
  std::shared_ptr<actor_bridge> front = std::make_shared<actor_bridge>();
  caf::actor bridge;
  std::shared_ptr<bound_listener> listener;
  std::unique_ptr<edge> face;
};

} // namespace troupe::gateway
