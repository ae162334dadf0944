// Carries out what the machine decides about children's lives, and tells it what became of them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "actors/supervision/supervisor_state.hpp"

namespace troupe {

namespace {

using act = supervision_action::what;

/// A sub-tree has this long to start all that is below it.
constexpr std::chrono::seconds tree_ready_within{30};
constexpr std::chrono::seconds ping_every{2};
constexpr std::chrono::seconds most_silent{3600}; // then it is asked again

std::string sentence(const caf::error& x) {
  if (x.category() == error_category)
    return from_caf(x).message;
  return x ? caf::to_string(x) : "ended";
}

bool is_normal(const caf::error& x) {
  return !x || x == caf::exit_reason::normal || x == caf::exit_reason::user_shutdown;
}

supervised_kind kind_of(const child_spec& x) {
  supervised_kind result;
  result.back_after_failure = x.restart != restart_when::temporary;
  result.back_after_end = x.restart == restart_when::permanent;
  result.detached = x.detached;
  result.stop_within = x.stop_within;
  result.ready_within = x.supervisor ? tree_ready_within : x.ready_within;
  return result;
}

} // namespace

supervised* supervisor_state::find(const std::string& child_name) {
  auto i = std::find_if(children.begin(), children.end(), [&](auto& x) { return x.spec.name == child_name; });
  return i == children.end() ? nullptr : &*i;
}

supervised* supervisor_state::find(std::uint64_t serial) {
  auto i = std::find_if(children.begin(), children.end(), [&](auto& x) { return x.serial == serial; });
  return i == children.end() ? nullptr : &*i;
}

// -- events --------------------------------------------------------------------------------------------------------

void supervisor_state::begin(std::vector<child_spec> specs) {
  machine = std::make_unique<supervision_machine>(options.strategy, options.intensity,
                                                  [this] { return std::uniform_real_distribution<>{}(random); });
  for (auto& spec : specs) {
    auto kind = kind_of(spec);
    machine->plan(take_in(std::move(spec)).serial, kind);
  }
  carry_out(machine->begin());
}

caf::result<caf::actor> supervisor_state::add(child_spec spec) {
  if (machine->stopping())
    return to_caf({errc::draining, "this node is stopping", "Send it to another node, or try again later."});
  if (find(spec.name) != nullptr)
    return to_caf({errc::conflict, path + "/" + spec.name + " exists already", {}});
  if (children.size() >= options.max_children)
    return to_caf({errc::overloaded, path + " has as many children as it may have", "Try again later."});
  auto kind = kind_of(spec);
  auto& x = take_in(std::move(spec));
  x.announced = true;           // whoever adds a child gets its door as the answer
  auto address = x.way.address; // it may have ended and be forgotten when the actions are done
  carry_out(machine->add(x.serial, kind));
  return address;
}

void supervisor_state::ended(const caf::down_msg& down) {
  auto i =
    std::find_if(children.begin(), children.end(), [&](auto& x) { return x.current && x.current == down.source; });
  if (i == children.end())
    return;
  i->current = nullptr;
  i->way.ptr->lead_to(nullptr);
  auto normal = is_normal(down.reason);
  if (machine->state(i->serial) != life::stopping && (!normal || i->spec.restart == restart_when::permanent))
    i->info.last_error = sentence(down.reason);
  carry_out(machine->down(i->serial, normal, std::chrono::steady_clock::now()));
}

void supervisor_state::ready(const caf::strong_actor_ptr& child) {
  auto i = std::find_if(children.begin(), children.end(), [&](auto& x) { return x.current && x.current == child; });
  if (i != children.end() && !i->spec.supervisor)
    carry_out(machine->ready(i->serial));
}

void supervisor_state::woken(const supervision_timer& timer) {
  auto actions = machine->woken(timer);
  auto late = std::any_of(actions.begin(), actions.end(), [](auto& x) { return x.kind == act::report_late; });
  if (auto x = find(timer.serial); late && x != nullptr)
    x->info.last_error = timer.kind == supervision_timer::what::ready_by ? "was not ready within its deadline"
                                                                         : "did not stop within its deadline";
  carry_out(actions);
}

void supervisor_state::begin_stop(caf::error reason) {
  if (machine->stopping())
    return;
  stop_reason = std::move(reason);
  carry_out(machine->stop_all());
}

/// One question at a time to each: what it does not answer shows in the tree. CAF itself answers this one for every
/// actor.
void supervisor_state::ping_detached() {
  pinging = false;
  for (auto& x : children) {
    if (!x.spec.detached || !x.current)
      continue;
    pinging = true;
    if (x.pinged)
      continue;
    x.pinged = self->clock().now();
    auto answered = [this, serial = x.serial, life = x.incarnation] {
      if (auto y = find(serial); y != nullptr && y->incarnation == life)
        y->pinged.reset();
    };
    self->request(x.current, most_silent, caf::sys_atom::value, caf::get_atom::value, std::string{"info"})
      .then(
        [answered](caf::ok_atom, const std::string&, const caf::strong_actor_ptr&, const std::string&) { answered(); },
        [answered](const caf::error&) { answered(); });
  }
  if (pinging)
    self->delayed_send(self, ping_every, ping_time{});
}

// -- actions -------------------------------------------------------------------------------------------------------

supervised& supervisor_state::take_in(child_spec spec) {
  auto& x = children.emplace_back();
  x.serial = next_serial++;
  x.spec = std::move(spec);
  x.path = path + "/" + x.spec.name;
  x.way = x.spec.address ? door_of(x.spec.address) : make_door(self->system());
  x.info.path = x.path;
  x.info.node = options.node;
  return x;
}

/// Carrying one out may bring about more: they come behind those that are open, so that the order holds.
void supervisor_state::carry_out(const supervision_actions& actions) {
  open.insert(open.end(), actions.begin(), actions.end());
  if (carrying_out)
    return;
  carrying_out = true;
  while (!open.empty()) {
    auto next = open.front();
    open.pop_front();
    perform(next);
  }
  carrying_out = false;
  answer_restarts();
  answer_absent();
}

void supervisor_state::perform(const supervision_action& action) {
  if (action.kind == act::schedule)
    return self->delayed_send(self, action.delay, action.timer);
  if (action.kind == act::all_stopped)
    return all_stopped();
  if (action.kind == act::all_started) {
    for (auto& promise : waiting_for_started)
      promise.deliver(true);
    return waiting_for_started.clear();
  }
  auto x = find(action.serial);
  if (x == nullptr)
    return;
  switch (action.kind) {
  case act::start:
    return start(*x);
  case act::stop:
    return self->send_exit(x->current, caf::exit_reason::user_shutdown);
  case act::kill:
    return self->send_exit(x->current, caf::exit_reason::kill);
  case act::exit_process:
    return end_process(*x);
  case act::report_failure:
  case act::report_late:
    return report(*x, false);
  case act::forget:
    return forget(*x);
  case act::give_up:
    stop_reason = to_caf({errc::internal, x->path + " failed too often: " + x->info.last_error,
                          "Look at the log of this node for the cause."});
    return report(*x, true);
  default:
    return;
  }
}

void supervisor_state::start(supervised& x) {
  x.info.started_at = std::chrono::system_clock::now();
  auto life = ++x.incarnation;
  auto serial = x.serial;
  child_context context{self, x.path, x.figures, x.spec.detached, caf::actor_cast<caf::actor>(self->ctrl())};
  try {
    x.current = x.spec.start(context);
  } catch (const std::exception& e) {
    x.current = nullptr;
    x.info.last_error = e.what();
  }
  if (x.current) {
    self->monitor(x.current);
    x.way.ptr->lead_to(x.current);
    x.pinged.reset();
    if (x.spec.detached && !std::exchange(pinging, true))
      self->delayed_send(self, ping_every, ping_time{});
  }
  if (on_door && !x.announced)
    on_door(x.spec.name, x.way.address);
  x.announced = true;
  auto now = std::chrono::steady_clock::now();
  carry_out(x.current ? machine->started(serial, now) : machine->start_failed(serial, now));
  if (x.spec.supervisor && x.current)
    self->request(x.current, tree_ready_within, await_started{})
      .then(
        [this, serial, life](bool) {
          if (auto y = find(serial); y != nullptr && y->incarnation == life)
            carry_out(machine->ready(serial));
        },
        [](const caf::error&) {}); // its end or its timer speak for it
}

void supervisor_state::forget(supervised& x) {
  for (auto& promise : x.waiting_for_start)
    promise.deliver(to_caf({errc::not_found, x.path + " has ended", {}}));
  if (!x.spec.address)
    x.way.ptr->cleanup(caf::exit_reason::normal, nullptr);
  restarting.erase(x.serial);
  children.remove_if([serial = x.serial](auto& y) { return y.serial == serial; });
}

void supervisor_state::answer_restarts() {
  for (auto i = restarting.begin(); i != restarting.end();) {
    auto x = find(*i);
    if (x != nullptr && machine->state(*i) != life::running) {
      ++i;
      continue;
    }
    if (x != nullptr)
      for (auto& promise : std::exchange(x->waiting_for_start, {}))
        promise.deliver(describe(*x));
    i = restarting.erase(i);
  }
}

void supervisor_state::answer_absent() {
  absent.remove_if([this](coming_back& gone) {
    auto x = find(gone.name);
    if (x == nullptr || x->serial == gone.serial || machine->state(x->serial) != life::running)
      return false;
    auto info = describe(*x);
    info.restarts = gone.info.restarts + 1;
    gone.promise.deliver(std::move(info));
    return true;
  });
}

void supervisor_state::late(const back_late& late_one) {
  absent.remove_if([&](coming_back& gone) {
    if (gone.serial != late_one.serial)
      return false;
    gone.promise.deliver(std::move(gone.info));
    return true;
  });
}

void supervisor_state::all_stopped() {
  for (auto& gone : std::exchange(absent, {}))
    gone.promise.deliver(std::move(gone.info));
  for (auto& x : children) {
    for (auto& promise : x.waiting_for_start)
      promise.deliver(to_caf({errc::draining, path + " has stopped", "Look at the tree for what runs now."}));
    x.waiting_for_start.clear();
    if (!x.spec.address)
      x.way.ptr->cleanup(caf::exit_reason::user_shutdown, nullptr);
  }
  restarting.clear();
  for (auto& promise : waiting_for_started)
    promise.deliver(stop_reason ? stop_reason : caf::error{caf::exit_reason::user_shutdown});
  waiting_for_started.clear();
  for (auto& promise : waiting_for_stop)
    promise.deliver(true);
  waiting_for_stop.clear();
  self->quit(stop_reason);
}

void supervisor_state::report(supervised& x, bool gave_up) {
  x.info.last_error_at = std::chrono::system_clock::now();
  if (options.on_failure)
    options.on_failure(x.path, x.info.last_error, gave_up);
}

void supervisor_state::end_process(const supervised& x) {
  if (options.end_process)
    return options.end_process(x.path);
  std::fprintf(stderr, "%s did not stop and can't be killed: ending the process\n", x.path.c_str());
  std::_Exit(70);
}

} // namespace troupe
