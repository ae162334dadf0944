#pragma once
/// The wrapper every actor passes through: counts its messages, its mailbox and its time without its help, and is where
/// chaos tests put faults. What it costs: tests/bench/messages.cpp.

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/detail/init_fun_factory.hpp>
#include <caf/detail/spawnable.hpp>
#include <caf/infer_handle.hpp>
#include <caf/invoke_message_result.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/spawn_options.hpp>
#include <caf/system_messages.hpp>

#include "actors/supervision/meter.hpp"
#include "protocols/actors/failure.hpp"

namespace troupe {

/// Supervisor → a child with a thread of its own, which answers (with nothing) when it comes to it; the wrapper does
/// that for all of them.
struct child_ping {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_ping)

namespace troupe {

/// `Base` is what CAF would have made of the actor's function: an `event_based_actor`, a `stateful_actor`, a typed one.
template <class Base>
class measured final : public Base {
public:
  measured(caf::actor_config& config, const measuring& what) : Base(config), meter_(what) {
    if (what.figures)
      what.figures->measured_by(&meter_, this->id());
    // CAF would write to stderr, past the log, and leave who asked waiting.
    this->set_exception_handler([this](caf::scheduled_actor*, std::exception_ptr& thrown) { return failed(thrown); });
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override {
    meter_.message_arrived();
    Base::enqueue(std::move(what), host);
  }

  /// One turn: several messages of a scheduled actor, all there are of a detached one, which is timed by message
  /// instead.
  caf::resumable::resume_result resume(caf::execution_unit* host, std::size_t most) override {
    if (meter_.detached())
      return Base::resume(host, most);
    auto now = meter_.turn_begins();
    auto result = Base::resume(host, most);
    meter_.turn_ends(now);
    return result;
  }

  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    meter_.message_taken();
    auto result = meter_.special() ? consume_specially(x) : Base::consume(x);
    if (result == caf::invoke_message_result::skipped)
      meter_.message_put_back();
    return result;
  }

private:
  caf::invoke_message_result consume_specially(caf::mailbox_element& x) {
    if (meter_.detached() && x.content().template match_elements<child_ping>()) {
      answer(x, {});
      return caf::invoke_message_result::consumed;
    }
    auto now = meter_.detached() ? meter_.turn_begins() : meter::turn{};
    if (now.weight != 0)
      meter_.runs_since(now.began);
    auto result = meter_.fault() != nullptr ? consume_under_fault(x) : Base::consume(x);
    meter_.turn_ends(now);
    if (now.weight != 0)
      meter_.runs_since(0);
    return result;
  }

  /// The reason this actor ends with.
  caf::error failed(const std::exception_ptr& thrown) {
    if (this->current_element_ != nullptr)
      answer(*this->current_element_,
             caf::make_message(to_caf({errc::unavailable, "the actor that was asked failed over it", "Try again."})));
    return to_caf({errc::internal, what_of(thrown), "This is a defect: please report it with the log of this node."});
  }

  void answer(const caf::mailbox_element& x, caf::message what) {
    if (x.sender && x.mid.is_request() && !x.mid.is_answered())
      x.sender->enqueue(caf::make_mailbox_element(this->ctrl(), x.mid.response_id(), {}, std::move(what)), nullptr);
  }

  caf::invoke_message_result consume_under_fault(caf::mailbox_element& x) {
    auto what = meter_.fault()->now();
    if (what.kind == fault_kind::none || x.content().template match_elements<caf::exit_msg>())
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
      meter_.fault()->stretch(duration_of_ticks(ticks_now() - began));
    return result;
  }

  meter meter_; // a member: another base class would make every cast that CAF does to this actor longer
};

/// Like `caf::actor_system::spawn` for function-based actors, with the wrapper around.
template <caf::spawn_options Options, class F, class... Ts>
caf::infer_handle_from_fun_t<F> spawn_measured(caf::actor_system& system, caf::actor_config config,
                                               const measuring& what, F fun, Ts&&... xs) {
  using base = caf::infer_impl_from_fun_t<F>;
  static_assert(caf::detail::spawnable<F, base, Ts...>(), "cannot spawn a function-based actor with these arguments");
  caf::detail::init_fun_factory<base, F> initial;
  config.init_fun = initial(std::move(fun), std::forward<Ts>(xs)...);
  return system.spawn_class<measured<base>, Options>(config, what);
}

} // namespace troupe
