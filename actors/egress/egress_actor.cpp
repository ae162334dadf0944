#include "actors/egress/egress_actor.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/egress/curl_loop.hpp"
#include "protocols/actors/failure.hpp"

namespace troupe {

namespace {

constexpr std::chrono::seconds sweep_every{1};
/// The loop ends a transfer at its deadline; the table forgets one that it heard nothing of so much later.
constexpr std::chrono::seconds sweep_grace{5};

egress_shell::behavior_type egress(egress_shell::stateful_pointer<egress_state> self, const egress_options& options,
                                   const figures_ptr& figures, const transfer_loop_factory& make_loop) {
  auto& state = self->state;
  state.options = options;
  state.figures = figures;
  auto address = caf::actor_cast<egress_shell>(self);
  state.loop = make_loop([address](fetch_result x) {
    caf::anon_send(address, fetch_finished{std::make_shared<fetch_result>(std::move(x))});
  });
  state.show();
  self->set_exit_handler([self](const caf::exit_msg& x) {
    self->state.close();
    self->quit(x.reason);
  });
  return {
    [self](http_fetch& x) { return self->state.fetch(std::move(x)); },
    [self](const abort_fetches& x) {
      if (!x.token.empty())
        self->state.loop->abort(x.token);
    },
    [self](const fetch_finished& x) { self->state.finished(*x.result); },
    [self](const sweep_fetches&) { self->state.sweep(); },
  };
}

} // namespace

caf::result<http_response> egress_state::fetch(http_fetch request) {
  auto job = ++last_job;
  auto until = request.until;
  if (!loop->submit(job, std::move(request))) {
    options.counters->count(errc::overloaded);
    return to_caf({errc::overloaded, "too many requests are on their way out", "Try again in a moment."});
  }
  auto promise = self->make_response_promise<http_response>();
  waiting.emplace(job, waiting_fetch{promise, until});
  show();
  if (!sweeping) {
    sweeping = true;
    self->delayed_send(self, sweep_every, sweep_fetches{});
  }
  return promise;
}

void egress_state::finished(fetch_result& result) { settle(result.job, result.answer); }

void egress_state::settle(std::uint64_t job, expected<http_response>& answer) {
  auto found = waiting.find(job);
  if (found == waiting.end())
    return;
  auto promise = std::move(found->second.promise);
  waiting.erase(found);
  show(); // before the answer: who has it sees figures without it
  if (answer) {
    options.counters->count(answer->status >= 400 ? errc::http_status : errc::none);
    options.counters->received_bytes += answer->body.size();
    promise.deliver(std::move(*answer));
  } else {
    options.counters->count(answer.error().code);
    promise.deliver(to_caf(answer.error()));
  }
}

void egress_state::sweep() {
  std::vector<std::uint64_t> overdue;
  for (const auto& [job, entry] : waiting)
    if (entry.until.left() < -sweep_grace)
      overdue.push_back(job);
  expected<http_response> late =
    fail(errc::deadline_exceeded, "a request outlived its deadline", "Try again with more time.");
  for (auto job : overdue)
    settle(job, late);
  sweeping = !waiting.empty();
  if (sweeping)
    self->delayed_send(self, sweep_every, sweep_fetches{});
}

void egress_state::close() {
  loop.reset();
  expected<http_response> gone = fail(errc::unavailable, "egress is stopping", "Try again when the node is up.");
  while (!waiting.empty())
    settle(waiting.begin()->first, gone);
}

void egress_state::show() {
  options.counters->in_flight = waiting.size();
  if (figures != nullptr)
    figures->status(std::to_string(waiting.size()) + " in flight");
}

caf::actor spawn_egress(const child_context& ctx, egress_options options) {
  return spawn_egress(ctx, options, [options](std::function<void(fetch_result)> deliver) {
    return std::make_unique<curl_loop>(options, std::move(deliver));
  });
}

caf::actor spawn_egress(const child_context& ctx, egress_options options, transfer_loop_factory make_loop) {
  return caf::actor_cast<caf::actor>(ctx.spawn(egress, std::move(options), ctx.figures, std::move(make_loop)));
}

} // namespace troupe
