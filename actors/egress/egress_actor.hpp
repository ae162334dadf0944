#pragma once
/// The egress actor: `egress_actor` of protocols/actors/interfaces.hpp in front of the curl loop.
///
///   anybody ── http_fetch ──→ egress ── submit ──→ curl loop (its thread)
///   anybody ←─ http_response ─ egress ←─ fetch_finished ─┘
///   session ── abort_fetches ─→ egress ── abort ─→ curl loop: each transfer ends as `cancelled`

#include <cstdint>
#include <memory>
#include <unordered_map>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/egress/egress_options.hpp"
#include "actors/egress/transfer_loop.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// Curl loop → egress actor.
struct fetch_finished {
  std::shared_ptr<fetch_result> result;
};
/// The actor's own tick, while anything is in flight.
struct sweep_fetches {};

using egress_shell = egress_actor::extend<caf::reacts_to<fetch_finished>, caf::reacts_to<sweep_fetches>>;

/// Starts egress as a child. The loop's thread ends within milliseconds of the actor's exit; requests that wait then
/// fail with `unavailable`. Throws when no thread can be had, which is a failed start.
caf::actor spawn_egress(const child_context& ctx, egress_options options);
/// The same in front of another loop; for tests.
caf::actor spawn_egress(const child_context& ctx, egress_options options, transfer_loop_factory make_loop);

struct egress_state {
  static inline const char* name = "egress";

  explicit egress_state(egress_shell::pointer owner) : self(owner) {}

  // -- given at spawn
  egress_shell::pointer self;
  egress_options options;
  figures_ptr figures;

  // -- requests that wait, by job: at most `options.max_in_flight`
  struct waiting_fetch {
    caf::typed_response_promise<http_response> promise;
    deadline until;
  };
  std::unordered_map<std::uint64_t, waiting_fetch> waiting;
  std::uint64_t last_job = 0;
  bool sweeping = false;

  // -- last, so that its thread ends first
  std::unique_ptr<transfer_loop> loop;

  caf::result<http_response> fetch(http_fetch request);
  void finished(fetch_result& result);
  void sweep();
  void close();
  void settle(std::uint64_t job, expected<http_response>& answer);
  void show();
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::fetch_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::sweep_fetches)
