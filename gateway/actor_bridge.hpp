#pragma once
/// The bridge between coroutines and actors (DESIGN section 4), seen from the coroutines' side: a thread-safe front
/// that turns a typed request with a deadline into one answer. The actor behind it is made by `gateway_actor.cpp`, or
/// by `spawn_bridge` in tests.

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/bridge_port.hpp"

namespace troupe::gateway {

struct bridge_state;
class request_desk;

/// Something for the bridge actor to do, on its own thread.
class bridge_job {
public:
  virtual ~bridge_job() = default;
  virtual void run(bridge_state& state) = 0;
};

class actor_bridge;

/// Keeps a wake-up alive; ends it when it goes. Moves only.
class subscription {
public:
  subscription() = default;
  subscription(std::weak_ptr<actor_bridge> owner, research_id research, std::uint64_t token)
    : owner_(std::move(owner)), research_(std::move(research)), token_(token) {}
  subscription(subscription&& other) noexcept { *this = std::move(other); }
  subscription& operator=(subscription&& other) noexcept;
  ~subscription();

private:
  std::weak_ptr<actor_bridge> owner_;
  research_id research_;
  std::uint64_t token_ = 0;
};

/// Any thread. Bounded: beyond `limit` requests in flight, further ones fail at once with `unavailable`. Every sink
/// gets exactly one answer: the actor's, `deadline_exceeded` when the request's `until` passes (within one tick of 50
/// ms), or `unavailable` when the bridge ends.
class actor_bridge : public std::enable_shared_from_this<actor_bridge> {
public:
  explicit actor_bridge(std::size_t limit = 8192) : limit_(limit) {}

  template <class Request>
  void submit(Request request, std::unique_ptr<answer_sink<answer_of<Request>>> sink);

  /// Wakes `target` whenever the log of `research` may have grown.
  [[nodiscard]] subscription subscribe(const research_id& research, std::weak_ptr<wake_target> target);
  /// Subscribes again at the event log: for a cursor that found news nobody told it about.
  void resubscribe(const research_id& research);

  [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_->load(std::memory_order_acquire); }

  // -- the actor's side -----------------------------------------------------------------------------------------------

  /// From now on requests leave by `desk`, and `wake` is called when jobs wait; what came before is not lost.
  void open(std::function<void()> wake, std::shared_ptr<request_desk> desk);
  /// Everything that waits and everything that comes fails with `unavailable`, for good. Idempotent.
  void close();
  std::vector<std::unique_ptr<bridge_job>> take();

private:
  friend class subscription;
  void push(std::unique_ptr<bridge_job> job);
  std::shared_ptr<request_desk> desk();

  std::size_t limit_;
  std::shared_ptr<std::atomic<std::size_t>> in_flight_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<std::uint64_t> next_token_{1};
  std::mutex mutex_;
  std::vector<std::unique_ptr<bridge_job>> jobs_; ///< at most `limit_` requests, and one per subscription change
  std::function<void()> wake_;
  std::shared_ptr<request_desk> desk_; ///< while open
  bool closed_ = false;
};

} // namespace troupe::gateway
