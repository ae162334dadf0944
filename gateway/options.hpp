#pragma once
/// Everything the gateway is told when it starts.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/drain_signal.hpp"
#include "protocols/error.hpp"
#include "protocols/research.hpp"
#include "protocols/time.hpp"
#include "protocols/work_totals.hpp"

namespace troupe::gateway {

/// Limits of the HTTP side: each has a default that suits one machine, and a named thing that happens at it.
struct http_limits {
  std::uint32_t connections = 2000;           ///< beyond: 503 and closed
  std::uint32_t header_bytes = 16u << 10;     ///< beyond: 431
  std::size_t json_bytes = 1u << 20;          ///< of a JSON body; beyond: 413
  std::size_t upload_bytes = 32u << 20;       ///< of an uploaded document; beyond: 413
  std::chrono::milliseconds header{10000};    ///< from the first byte of a request to the end of its header; then 408
  std::chrono::milliseconds body{30000};      ///< for each MiB of body allowed; then 408
  std::chrono::milliseconds idle{60000};      ///< between requests; then closed
  std::chrono::milliseconds write{30000};     ///< for one response, or one part of a stream; then closed
  std::chrono::milliseconds heartbeat{15000}; ///< SSE comments and half of the WebSocket's silence
  std::chrono::milliseconds answer{10000};    ///< deadline of a request to the engine
  std::chrono::milliseconds tree{500};        ///< between two looks at the tree, for all who watch it
  unsigned threads = 2;
};

struct gateway_options {
  std::filesystem::path data;            ///< `endpoint` is written here; empty: nowhere
  std::filesystem::path uploads;         ///< spool of uploaded documents; empty: uploads are refused
  std::vector<std::string> allow_paths;  ///< roots of `paths` in requests
  bool insecure_listen = false;          ///< told to listen beyond loopback without authentication
  std::string instance = "node-1";       ///< in the log
  std::vector<std::string> roles;        ///< of this node
  std::chrono::milliseconds drain{8000}; ///< for requests in flight at a stop
  /// For a node to go down, as operators are told.
  std::chrono::seconds drain_deadline{30};
  /// Shared with whoever stops the node; never null.
  std::shared_ptr<drain_signal> going_down = std::make_shared<drain_signal>();
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now(); ///< the node, by both clocks
  timestamp started_at = std::chrono::system_clock::now();
  bool may_drain = false; ///< somebody watches `going_down`, so operators may begin it
  http_limits limits;
  /// What is granted to a research that is accepted here, and kept with it; may be empty, then nothing is.
  std::function<research_grant(const research_request&)> grant;
  /// Requests that left this node, by outcome, for `/metrics`; may be empty.
  std::function<std::vector<std::pair<std::string, std::uint64_t>>()> egress_totals;
  /// What the engine's queues did, for `/metrics`; may be empty.
  std::function<std::vector<work_totals>()> work_figures;
  /// Why the store can't be written just now, for `/health/ready`; may be empty.
  std::function<std::optional<error>()> store_trouble;
};

} // namespace troupe::gateway
