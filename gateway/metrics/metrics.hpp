#pragma once
/// What `/metrics` says, under the names of DESIGN section 12.

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/http/message.hpp"
#include "protocols/storing.hpp"
#include "protocols/tree.hpp"
#include "protocols/work_totals.hpp"

namespace prometheus {
class Registry;
}

namespace troupe::gateway {

/// Figures of one gateway. Any thread.
class metrics {
public:
  metrics();
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  /// `route` is a pattern, never a path, so that there are few; it must live as long as this.
  void request_done(const std::string& route, verb method, unsigned status, std::chrono::steady_clock::duration took);
  void research_requested();
  void connections(std::size_t open, std::size_t streams, std::size_t in_flight);
  void engine(const store_figures& figures);
  void engine(const tree_snapshot& tree);
  /// Requests that left this node so far, by outcome.
  void egress(const std::vector<std::pair<std::string, std::uint64_t>>& totals);
  /// What the engine's queues did so far.
  void work(std::vector<work_totals> queues);
  /// Prometheus text format 0.0.4.
  [[nodiscard]] std::string text();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::gateway
