// Message flow of a supervisor:
//
//   parent ──exit──▶ supervisor ──exit──▶ last child … first child ──down──▶ supervisor ──down──▶ parent
//   child ──down (failure)──▶ supervisor ──supervision_timer (backoff)──▶ itself ──spawn──▶ child
//   anybody ──get_tree──▶ supervisor ──get_tree──▶ sub-supervisors ──▶ one snapshot, parents before children
#include "actors/supervision/supervisor_actor.hpp"

#include <algorithm>

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/supervision/supervisor_state.hpp"

namespace troupe {

namespace {

struct pending_tree {
  caf::response_promise promise;
  tree_snapshot result;
  std::size_t open = 0;

  void arrived(const tree_snapshot& below) {
    result.actors.insert(result.actors.end(), below.actors.begin(), below.actors.end());
    if (--open == 0)
      promise.deliver(std::move(result));
  }
};

/// A request's time-out from its deadline; at least 1 ms, since CAF takes 0 for none.
std::chrono::milliseconds left(const deadline& x) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(x.left());
  return std::clamp(ms, std::chrono::milliseconds{1}, std::chrono::milliseconds{60000});
}

} // namespace

static actor_state shown(life x) {
  switch (x) {
  case life::waiting:
  case life::starting:
    return actor_state::starting;
  case life::running:
    return actor_state::running;
  case life::backing_off:
    return actor_state::backing_off;
  case life::stopping:
    return actor_state::draining;
  case life::stopped:
    return actor_state::stopped;
  case life::failed:
    break;
  }
  return actor_state::failed;
}

/// `running`: the incarnation that lives now, if there is one.
static void take_figures(actor_info& to, const actor_figures& from, const meter* running, busy_window& busy) {
  auto now = ticks_now();
  to.messages = from.messages.load(std::memory_order_relaxed);
  to.queue = from.queue.load(std::memory_order_relaxed) + (running != nullptr ? running->waiting() : 0);
  to.busy = busy.share(now, running != nullptr ? running->busy(now) : from.busy_ticks.load(std::memory_order_relaxed));
  to.status = from.status();
}

/// A child with a thread of its own that does not come to the question how it is.
static void say_silence(actor_info& to, std::chrono::steady_clock::duration silent, const meter* running) {
  constexpr std::chrono::seconds patience{5};
  if (silent < patience || running == nullptr)
    return;
  auto since = running->running_since();
  auto at_one = since == 0 ? std::chrono::nanoseconds{} : duration_of_ticks(ticks_now() - since);
  auto line = at_one < patience ? "has not answered for " : "has not finished a message for ";
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at_one < patience ? silent : at_one);
  to.status = line + std::to_string(seconds.count()) + " s" + (to.status.empty() ? "" : " · ") + to.status;
}

actor_info supervisor_state::describe() {
  actor_info x;
  x.path = path;
  x.node = options.node;
  x.state = machine->stopping()      ? actor_state::draining
            : machine->has_started() ? actor_state::running
                                     : actor_state::starting;
  x.supervisor = true;
  x.started_at = started_at;
  take_figures(x, *figures, figures->meter_of(self->id()), busy);
  return x;
}

actor_info supervisor_state::describe(supervised& x) {
  x.info.supervisor = x.spec.supervisor;
  x.info.state = shown(machine->state(x.serial));
  x.info.restarts = machine->restarts(x.serial);
  auto running = x.current ? x.figures->meter_of(x.current.id()) : nullptr;
  take_figures(x.info, *x.figures, running, x.busy);
  if (x.pinged)
    say_silence(x.info, self->clock().now() - *x.pinged, running);
  return x.info;
}

caf::result<tree_snapshot> supervisor_state::tree(const get_tree& msg) {
  auto pending = std::make_shared<pending_tree>();
  pending->promise = self->make_response_promise();
  pending->open = 1;
  if (path.find('/') == std::string::npos) // only the root tells about itself: others are told about by their parent
    pending->result.actors.push_back(describe());
  for (auto& x : children) {
    pending->result.actors.push_back(describe(x));
    if (!x.spec.supervisor || !x.current)
      continue;
    ++pending->open;
    self->request(x.current, left(msg.until), msg)
      .then([pending](const tree_snapshot& below) { pending->arrived(below); },
            [pending](const caf::error&) { pending->arrived({}); });
  }
  auto promise = pending->promise;
  pending->arrived({});
  return promise;
}

/// Answered with the one that is added in its place; with itself, stopped, when none is for a while.
caf::result<actor_info> supervisor_state::stop_for_owner(supervised& x, const restart_child& msg) {
  constexpr std::chrono::steady_clock::duration patience = std::chrono::seconds{3};
  auto promise = self->make_response_promise();
  auto info = describe(x);
  info.state = actor_state::stopped;
  absent.push_back({x.spec.name, x.serial, std::move(info), promise});
  self->delayed_send(self, std::clamp(msg.until.left() * 3 / 4, std::chrono::steady_clock::duration{}, patience),
                     back_late{x.serial});
  carry_out(machine->remove(x.serial));
  return promise;
}

caf::result<actor_info> supervisor_state::restart(const restart_child& msg) {
  if (msg.path == path)
    return to_caf({errc::conflict, path + " is the root of its tree", "Restart one of its children, or the process."});
  for (auto& x : children) {
    if (msg.path == x.path) {
      if (!machine->may_restart(x.serial))
        return to_caf({errc::conflict, x.path + " is being stopped", "Wait until it is gone."});
      if (x.spec.added_again)
        return stop_for_owner(x, msg);
      auto promise = self->make_response_promise();
      x.waiting_for_start.push_back(promise);
      restarting.insert(x.serial);
      carry_out(machine->restart(x.serial));
      return promise;
    }
    if (!x.spec.supervisor || !msg.path.starts_with(x.path + "/"))
      continue;
    if (!x.current)
      return to_caf({errc::conflict, x.path + ", which \"" + msg.path + "\" is below, does not run now",
                     "Restart " + x.path + " instead."});
    auto promise = self->make_response_promise();
    self->request(x.current, left(msg.until), msg)
      .then([promise](const actor_info& info) mutable { promise.deliver(info); },
            [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
    return promise;
  }
  return to_caf({errc::not_found, "no actor at \"" + msg.path + "\"", "troupe tree lists the paths."});
}

namespace {

caf::behavior supervisor(caf::stateful_actor<supervisor_state>* self, std::string path, supervisor_options options,
                         figures_ptr figures, std::vector<child_spec> children, door_listener on_door) {
  auto& state = self->state;
  state.self = self;
  state.path = std::move(path);
  state.options = std::move(options);
  state.figures = std::move(figures);
  state.on_door = std::move(on_door);
  state.started_at = std::chrono::system_clock::now();
  self->set_down_handler([self](const caf::down_msg& down) { self->state.ended(down); });
  self->set_exit_handler([self](const caf::exit_msg& msg) { self->state.begin_stop(msg.reason); });
  state.begin(std::move(children));
  return {
    [self](await_started) -> caf::result<bool> {
      if (self->state.machine->has_started())
        return true;
      auto promise = self->make_response_promise();
      self->state.waiting_for_started.push_back(promise);
      return promise;
    },
    [self](child_ready) { self->state.ready(self->current_sender()); },
    [self](add_child& msg) { return self->state.add(std::move(msg.spec)); },
    [self](const find_child& msg) -> caf::result<caf::actor> {
      if (auto x = self->state.find(msg.name))
        return x->way.address;
      return to_caf({errc::not_found, "no actor at \"" + self->state.path + "/" + msg.name + "\"", {}});
    },
    [self](const remove_child& msg) {
      if (auto x = self->state.find(msg.name))
        self->state.carry_out(self->state.machine->remove(x->serial));
    },
    [self](const get_tree& msg) { return self->state.tree(msg); },
    [self](const restart_child& msg) { return self->state.restart(msg); },
    [self](const stop_tree&) {
      auto promise = self->make_response_promise();
      self->state.waiting_for_stop.push_back(promise);
      self->state.begin_stop(caf::exit_reason::user_shutdown);
      return promise;
    },
    [self](const back_late& msg) { self->state.late(msg); },
    [self](ping_time) { self->state.ping_detached(); },
    [self](const supervision_timer& msg) { self->state.woken(msg); },
  };
}

} // namespace

child_spec supervisor_child(std::string name, supervisor_options options, std::vector<child_spec> children,
                            door_listener on_door) {
  child_spec spec;
  spec.name = std::move(name);
  spec.supervisor = true;
  spec.stop_within = std::chrono::milliseconds{0};
  for (auto& x : children)
    spec.stop_within += x.stop_within;
  spec.stop_within += std::chrono::milliseconds{5000}; // for the children that are added while it runs
  spec.start = [options = std::move(options), children = std::move(children),
                on_door = std::move(on_door)](const child_context& ctx) {
    return ctx.spawn(supervisor, ctx.path, options, ctx.figures, children, on_door);
  };
  return spec;
}

caf::actor spawn_root_supervisor(caf::actor_system& system, std::string path, supervisor_options options,
                                 std::vector<child_spec> children, door_listener on_door) {
  measuring what{std::make_shared<actor_figures>(), path, false};
  return spawn_measured<caf::no_spawn_options>(system, caf::actor_config{}, what, supervisor, std::move(path),
                                               std::move(options), what.figures, std::move(children),
                                               std::move(on_door));
}

} // namespace troupe
