#pragma once
/// The wrapper every actor passes through: counts its messages, its mailbox and its time without its help, and is where
/// chaos tests put faults. What it costs: tests/bench/messages.cpp.

#include <algorithm>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/detail/init_fun_factory.hpp>
#include <caf/detail/private_thread.hpp>
#include <caf/detail/spawnable.hpp>
#include <caf/infer_handle.hpp>
#include <caf/invoke_message_result.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/spawn_options.hpp>
#include <caf/system_messages.hpp>

#include "actors/supervision/fault_plan.hpp"
#include "actors/supervision/meter.hpp"
#include "protocols/actors/failure.hpp"

namespace troupe {

/// `Base` is what CAF would have made of the actor's function: an `event_based_actor`, a `stateful_actor`, a typed one.
/// Messages are counted by the turn, not in `consume`: CAF inlines its own, and a longer way to each message is what
/// would cost most.
template <class Base>
class measured : public Base {
public:
  measured(caf::actor_config& config, const measuring& what) : Base(config), meter_(what) {
    if (what.figures)
      what.figures->measured_by(&meter_, this->id());
    // CAF would write to stderr, past the log, and leave who asked waiting.
    this->set_exception_handler([this](caf::scheduled_actor*, std::exception_ptr& thrown) { return failed(thrown); });
  }

  /// What CAF does, but for a reference to the sender that it takes of each message and needs for refused requests
  /// only: two atomic additions, more than all the counting here costs.
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override {
    if (!meter_.message_arrived())
      meter_.message_arrived_late();
    if (what->mid.is_request())
      return Base::enqueue(std::move(what), host);
    if (this->mailbox().push_back(std::move(what)) == caf::intrusive::inbox_result::unblocked_reader)
      wake(host);
  }

  /// One turn: several messages. CAF would give a detached actor all there are, so that its turn might never end.
  caf::resumable::resume_result resume(caf::execution_unit* host, std::size_t most) override {
    if (!meter_.quick_turn_begins())
      return timed_turn(host, most);
    auto result = Base::resume(host, most);
    if (result != caf::resumable::resume_later || may_drop())
      return turn_ended(result);
    meter_.took(most);
    return result;
  }

  /// The end: what is in the mailbox now is refused.
  bool cleanup(caf::error&& why, caf::execution_unit* host) override {
    if (auto& box = this->mailbox(); !box.closed() && !box.blocked())
      took_the_rest();
    return Base::cleanup(std::move(why), host);
  }

protected:
  void answer(const caf::mailbox_element& x, caf::message what) {
    if (x.sender && x.mid.is_request() && !x.mid.is_answered())
      x.sender->enqueue(caf::make_mailbox_element(this->ctrl(), x.mid.response_id(), {}, std::move(what)), nullptr);
  }

private:
  /// It had nothing to do, and has now.
  [[gnu::noinline]] void wake(caf::execution_unit* host) {
    caf::intrusive_ptr_add_ref(this->ctrl()); // of whoever runs it
    if (this->getf(caf::abstract_actor::is_detached_flag))
      this->private_thread_->resume();
    else if (host != nullptr)
      host->exec_later(this);
    else
      this->home_system().scheduler().enqueue(this);
  }

  [[gnu::noinline]] caf::resumable::resume_result timed_turn(caf::execution_unit* host, std::size_t most) {
    if (meter_.behind())
      took_the_rest();
    auto now = meter_.turn_begins();
    auto result = turn_ended(Base::resume(host, std::min<std::size_t>(most, now.most)));
    meter_.turn_ends(now, result == caf::resumable::resume_later);
    return result;
  }

  /// Says what a turn took, looking into the mailbox. CAF ends it after some messages, or when there are none left;
  /// then whoever sends the next may start a turn at once, on another thread: only who wins the mailbox back may look.
  [[gnu::noinline]] caf::resumable::resume_result turn_ended(caf::resumable::resume_result result) {
    if (result == caf::resumable::resume_later) {
      took_the_rest();
    } else if (result == caf::resumable::awaiting_message && this->mailbox().try_unblock()) {
      took_the_rest();
      if (!this->mailbox().try_block())
        return caf::resumable::resume_later; // one came in between, and its sender saw an actor that runs
    }
    return result;
  }

  /// CAF drops time-outs that came too late, and doesn't count them: there are none before the first request.
  bool may_drop() const noexcept {
    return this->last_request_id_.integer_value() != caf::message_id{}.integer_value() || this->timeout_id_ != 0;
  }

  /// Says that all was taken which is in the mailbox no more. What arrived is read before what is left: between the two
  /// this thread may stand still for long, and what arrives meanwhile must not count as taken.
  void took_the_rest() {
    auto arrived = meter_.arrived();
    meter_.took_of(arrived, left());
  }

  /// What is in the mailbox, skipped messages too.
  std::uint64_t left() {
    auto& box = this->mailbox();
    auto n = box.size();
    auto& queues = box.queue().queues();
    return n + std::get<Base::urgent_queue_index>(queues).cache().total_task_size()
           + std::get<Base::normal_queue_index>(queues).cache().total_task_size();
  }

  /// The reason this actor ends with.
  caf::error failed(const std::exception_ptr& thrown) {
    if (this->current_element_ != nullptr)
      answer(*this->current_element_,
             caf::make_message(to_caf({errc::unavailable, "the actor that was asked failed over it", "Try again."})));
    return to_caf({errc::internal, what_of(thrown), "This is a defect: please report it with the log of this node."});
  }

  meter meter_; // a member: another base class would make every cast that CAF does to this actor longer
};

/// An actor for which chaos tests loaded faults.
template <class Base>
class measured_under_fault final : public measured<Base> {
public:
  measured_under_fault(caf::actor_config& config, const measuring& what)
    : measured<Base>(config, what), fault_(fault_point_for(what.path)) {}

  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    using caf::atom_value;
    auto what = fault_->now();
    // A thread of its own goes on answering pings, and each actor still ends when told.
    if (what.kind == fault_kind::none || x.content().template match_elements<caf::exit_msg>()
        || x.content().template match_elements<atom_value, atom_value, std::string>())
      return Base::consume(x);
    if (what.kind == fault_kind::throws) {
      this->current_mailbox_element(&x); // as CAF does: what follows an exception looks at it, and the last one is gone
      throw std::runtime_error{"a fault was put here: every message throws"};
    }
    // What it sent itself and answers to its own requests pass, so that it is in order when the fault is lifted.
    auto from_outside = x.sender != this->ctrl() && !x.mid.is_response();
    if (what.kind == fault_kind::silent && from_outside && !x.content().template match_elements<caf::down_msg>())
      return caf::invoke_message_result::consumed;
    auto began = ticks_now();
    auto result = Base::consume(x);
    if (what.kind == fault_kind::slow)
      fault_->stretch(duration_of_ticks(ticks_now() - began));
    return result;
  }

private:
  std::unique_ptr<fault_point> fault_;
};

/// Like `caf::actor_system::spawn` for function-based actors, with the wrapper around.
template <caf::spawn_options Options, class F, class... Ts>
caf::infer_handle_from_fun_t<F> spawn_measured(caf::actor_system& system, caf::actor_config config,
                                               const measuring& what, F fun, Ts&&... xs) {
  using base = caf::infer_impl_from_fun_t<F>;
  static_assert(caf::detail::spawnable<F, base, Ts...>(), "cannot spawn a function-based actor with these arguments");
  caf::detail::init_fun_factory<base, F> initial;
  config.init_fun = initial(std::move(fun), std::forward<Ts>(xs)...);
  return fault_point_for(what.path) ? system.spawn_class<measured_under_fault<base>, Options>(config, what)
                                    : system.spawn_class<measured<base>, Options>(config, what);
}

} // namespace troupe
