#pragma once
/// Where requests leave for the actors and their answers come back: the bridge's mailbox. Both happen on the thread
/// that brings them, so that a request wakes nobody but the actor it is for, and its answer nobody but who asked.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <caf/actor_companion.hpp>
#include <caf/actor_system.hpp>

#include "gateway/bridge_port.hpp"
#include "protocols/actors/engine.hpp"

namespace troupe::gateway {

/// One request that waits, whatever its answer's type. Answered once; what comes later is ignored.
class pending_answer {
public:
  virtual ~pending_answer() = default;
  /// What an actor sent: the answer, or a `caf::error`.
  virtual void take(caf::type_erased_tuple& content) noexcept = 0;
  virtual void abandon(error why) noexcept = 0;
};

/// Any thread, except where said. CAF's own request timers live until their deadline (165 B each, answered or not), so
/// the time-out is ours: one table, and a tick that sweeps it while anything waits.
class request_desk {
public:
  using time_point = std::chrono::steady_clock::time_point;

  request_desk(caf::actor_system& system, engine_doors doors);
  ~request_desk();
  request_desk(const request_desk&) = delete;
  request_desk& operator=(const request_desk&) = delete;

  [[nodiscard]] const engine_doors& doors() const noexcept { return doors_; }

  /// Notes who waits for the answer to the request of the id that it returns; nothing, and the answer abandoned, when
  /// the desk is closed.
  std::optional<caf::message_id> enlist(time_point until, std::unique_ptr<pending_answer> answer);
  /// Who asks, for the request's message.
  [[nodiscard]] const caf::strong_actor_ptr& mailbox() const noexcept { return mailbox_; }

  // -- for the bridge's actor -----------------------------------------------------------------------------------------

  /// Before the first request: `who` is sent `sweep_soon` when something begins to wait.
  void swept_by(caf::actor who);
  /// Tells who has waited until `now` or longer; whether anybody still waits, and so it is to be called again.
  bool sweep(time_point now);
  /// Abandons all that waits and all that comes, for good. Idempotent.
  void close();
  /// Moves deadlines of the `most` oldest requests into the past: for tests, whose clock stands still.
  void expire(std::size_t most);

private:
  struct entry {
    time_point until;
    std::unique_ptr<pending_answer> answer;
  };
  void answered(caf::mailbox_element& x);

  engine_doors doors_;
  caf::strong_actor_ptr mailbox_; ///< an `actor_companion`: hands each message on instead of keeping it
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, entry> waiting_; ///< by the response's number; bounded by the front
  caf::message_id last_;
  caf::actor sweeper_;
  bool sweeping_ = false;
  bool closed_ = false;
};

using sweep_soon_atom = caf::atom_constant<caf::atom("sweepsoon")>;

} // namespace troupe::gateway
