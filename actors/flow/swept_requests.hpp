#pragma once
/// Requests of one actor whose time-outs its own tick sees to. A timer of CAF's for each would wake the clock's thread
/// when it is set, and live on until its deadline, answered or not.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/sec.hpp>

namespace troupe {

/// A member of its actor's state. Whoever owns it calls `sweep` for as long as it is not empty.
class swept_requests {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit swept_requests(caf::event_based_actor* self) : self_(self) {}
  swept_requests(const swept_requests&) = delete;
  swept_requests& operator=(const swept_requests&) = delete;

  /// Sends `what`; then calls, once and in its owner's turn, `on_answer(Answer&)` or `on_error(const caf::error&)`:
  /// with `request_timeout` at the first sweep after `until`.
  template <class Answer, class Handle, class Message, class F, class G>
  void ask(const Handle& to, time_point until, Message what, F on_answer, G on_error) {
    auto id = self_->new_request_id(caf::message_priority::normal);
    auto key = id.response_id().integer_value();
    waiting_.emplace_back(key, until);
    self_->add_multiplexed_response_handler(id.response_id(),
                                            caf::behavior{[this, key, f = std::move(on_answer)](Answer& x) {
                                                            closed(key);
                                                            f(x);
                                                          },
                                                          [this, key, g = std::move(on_error)](const caf::error& x) {
                                                            closed(key);
                                                            g(x);
                                                          }});
    if (to)
      caf::actor_cast<caf::actor>(to)->enqueue(caf::make_mailbox_element(self_->ctrl(), id, {}, std::move(what)),
                                               self_->context());
    else
      fail_with(key, caf::sec::invalid_argument);
  }

  /// Fails what has waited beyond its time.
  void sweep(time_point now) {
    for (const auto& [key, until] : waiting_)
      if (until <= now)
        fail_with(key, caf::sec::request_timeout);
  }

  [[nodiscard]] bool empty() const { return waiting_.empty(); }

private:
  /// What CAF's timer would send: it comes to the handler as an answer does, and later ones are nobody's.
  void fail_with(std::uint64_t key, caf::sec why) {
    self_->enqueue(caf::make_mailbox_element(self_->ctrl(), caf::make_message_id(key), {}, caf::make_error(why)),
                   self_->context());
  }

  void closed(std::uint64_t key) {
    auto place = std::find_if(waiting_.begin(), waiting_.end(), [key](auto& x) { return x.first == key; });
    if (place == waiting_.end())
      return;
    *place = waiting_.back();
    waiting_.pop_back();
  }

  caf::event_based_actor* self_;
  std::vector<std::pair<std::uint64_t, time_point>> waiting_; ///< number of the answer, and until when; few at a time
};

} // namespace troupe
