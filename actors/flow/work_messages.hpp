#pragma once
/// What a pool and its workers say to each other. Local only: the work itself is shared, not copied.
///
///   pool ──call_to_work──▶ worker's door       until it answers; a restarted worker is called again
///   pool ◀──worker_ready── worker              with its credit
///   pool ──leased_work──▶ worker               several at a time, done in order
///   pool ◀──work_done── worker

#include <atomic>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>

#include "protocols/error.hpp"

namespace troupe {

/// Set when nobody waits for a piece of work any more. Long work looks at it every 50 ms or so. Any thread.
using stop_flag = std::atomic<bool>;
using stop_flag_ptr = std::shared_ptr<stop_flag>;

/// Pool → worker: say that you are there, under this number.
struct call_to_work {
  caf::actor pool;
  std::uint32_t number = 0;
};

/// Worker → pool. `credit`: pieces that may be granted, waiting or leased on its account.
struct worker_ready {
  caf::actor worker;
  std::uint32_t number = 0;
  std::uint32_t credit = 0;
};

/// Pool → worker: do this. `number`, `item` and `attempt` come back with the answer.
template <class Request>
struct leased_work {
  std::uint32_t number = 0;
  std::uint64_t item = 0;
  std::uint32_t attempt = 0;
  std::shared_ptr<const Request> work;
  stop_flag_ptr stop;
};

/// Worker → pool: done, or why not. `internal` and `unavailable` are worth another attempt.
template <class Answer>
struct work_done {
  std::uint32_t number = 0;
  std::uint64_t item = 0;
  std::uint32_t attempt = 0;
  expected<Answer> result;
};

/// The answer to a lease, for its worker to send back.
template <class Request, class Answer>
work_done<Answer> done_with(const leased_work<Request>& lease, expected<Answer> result) {
  return {lease.number, lease.item, lease.attempt, std::move(result)};
}

} // namespace troupe

template <>
struct caf::allowed_unsafe_message_type<troupe::call_to_work> : std::true_type {};
template <>
struct caf::allowed_unsafe_message_type<troupe::worker_ready> : std::true_type {};
template <class Request>
struct caf::allowed_unsafe_message_type<troupe::leased_work<Request>> : std::true_type {};
template <class Answer>
struct caf::allowed_unsafe_message_type<troupe::work_done<Answer>> : std::true_type {};
