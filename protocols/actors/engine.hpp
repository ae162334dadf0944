#pragma once
/// The doors of a running node: what the gateway and the command line hold.

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "protocols/actors/interfaces.hpp"
#include "protocols/error.hpp"
#include "protocols/work_totals.hpp"

namespace troupe {

struct engine_doors {
  store_writer_actor writer;
  store_reader_actor reader; ///< balances over the readers
  event_log_actor event_log;
  egress_actor egress;
  scrape_actor scrape;
  embed_actor embed;
  index_actor index;
  caf::actor admission; ///< takes `events_committed` as a hint that there is work
  caf::actor root;      ///< the node's supervisor: `get_tree`, `restart_child`, `stop_tree`
  /// Requests that left this node, by outcome, since it started. Any thread; empty where no egress runs.
  std::function<std::vector<std::pair<std::string, std::uint64_t>>()> egress_totals;
  /// What the fetching, extracting and embedding queues did since this node started. Any thread.
  std::function<std::vector<work_totals>()> work_figures;
  /// Why the store can't be written just now. Any thread; may be empty.
  std::function<std::optional<error>()> store_trouble;
};

} // namespace troupe
