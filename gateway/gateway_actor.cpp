// The gateway's actor. It carries the bridge, and starts and ends the threads of the listener:
//
//   supervisor ──exit──→ drain: no new connections, streams closed ──last one gone, or `drain` passed──→ end
//
// A node that goes down tells by its `drain_signal` long before that: no new work is taken, everything else goes on.
#include "gateway/gateway_actor.hpp"

#include "gateway/bridge_actor.hpp"

namespace troupe::gateway {

namespace {

using drained_atom = caf::atom_constant<caf::atom("drained")>;
using status_atom = caf::atom_constant<caf::atom("status")>;
constexpr std::chrono::seconds status_every{1};

struct gateway_state {
  bridge_state bridge;
  std::unique_ptr<edge> face;
  std::shared_ptr<drain_signal> going_down;
  bool draining = false;
  caf::exit_reason reason = caf::exit_reason::user_shutdown;

  ~gateway_state() { end(); }

  void end() {
    bridge.stop(); // whoever waits is told, so that its coroutine ends
    face.reset();
  }
};

using gateway_actor = caf::stateful_actor<gateway_state>;

void on_exit_message(gateway_actor* self, const caf::exit_msg& x, std::chrono::milliseconds most) {
  auto& state = self->state;
  if (x.reason == caf::exit_reason::kill || !state.face)
    return self->quit(x.reason);
  if (state.draining)
    return;
  state.draining = true;
  state.bridge.figures->status("draining");
  state.face->drain(state.going_down->share(most),
                    [me = caf::actor_cast<caf::actor>(self)] { caf::anon_send(me, drained_atom::value); });
}

caf::behavior make_gateway(gateway_actor* self, engine_doors doors, gateway_options options,
                           const std::shared_ptr<bound_listener>& listener, figures_ptr figures,
                           const edge_factory& make_face) {
  auto& state = self->state;
  state.bridge.figures = figures;
  options.egress_totals = doors.egress_totals;
  options.work_figures = doors.work_figures;
  options.store_trouble = doors.store_trouble;
  auto front = std::make_shared<actor_bridge>();
  state.bridge.start(self, std::move(doors), front);
  self->attach_functor([front] { front->close(); });
  auto within = options.drain;
  state.going_down = options.going_down;
  state.face = make_face(std::move(options), front);
  if (auto started = state.face->start(*listener); !started) {
    self->quit(to_caf(started.error()));
    return {};
  }
  self->set_exit_handler([self, within](const caf::exit_msg& x) { on_exit_message(self, x, within); });
  self->send(self, status_atom::value);
  return bridge_handlers(state.bridge)
    .or_else([self](drained_atom) { self->quit(caf::exit_reason::user_shutdown); },
             [self, figures](status_atom) {
               if (!self->state.draining && self->state.face)
                 figures->status(self->state.face->status());
               self->delayed_send(self, status_every, status_atom::value);
             });
}

} // namespace

child_spec gateway_child(const engine_doors& doors, gateway_options options, std::shared_ptr<bound_listener> listener,
                         edge_factory make_face) {
  child_spec spec;
  spec.name = "gateway";
  spec.stop_within = options.drain + std::chrono::seconds{2};
  spec.start = [doors, options = std::move(options), listener = std::move(listener),
                make_face = std::move(make_face)](const child_context& ctx) {
    return caf::actor_cast<caf::actor>(ctx.spawn(make_gateway, doors, options, listener, ctx.figures, make_face));
  };
  return spec;
}

} // namespace troupe::gateway
