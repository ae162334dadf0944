#pragma once
/// Bridge, routes and server put together, without CAF and without Beast in sight.

#include <functional>
#include <memory>

#include "gateway/actor_bridge.hpp"
#include "gateway/listen.hpp"
#include "gateway/options.hpp"

namespace troupe::gateway {

/// One listening gateway. Made and destroyed by one thread (the gateway's actor, or a test).
class edge {
public:
  virtual ~edge() = default;
  /// Starts accepting, and writes `<data>/endpoint`.
  virtual expected<void> start(const bound_listener& listener) = 0;
  /// Stops accepting; `done` is called on another thread when the last connection is gone, or after `within`.
  virtual void drain(std::chrono::milliseconds within, std::function<void()> done) = 0;
  /// Ends everything now. The bridge must have been closed before.
  virtual void stop() = 0;
  /// "127.0.0.1:8000 · 3 connections · 1 stream".
  [[nodiscard]] virtual std::string status() const = 0;
};

std::unique_ptr<edge> make_edge(gateway_options options, std::shared_ptr<actor_bridge> bridge);

/// `make_edge`, or what a test of the actor puts in its place.
using edge_factory = std::function<std::unique_ptr<edge>(gateway_options, std::shared_ptr<actor_bridge>)>;

} // namespace troupe::gateway
