// The decisions of a supervisor about its children's lives.
#include <algorithm>

#include "actors/supervision/supervisor_state.hpp"

namespace troupe {

namespace {

std::string sentence(const caf::error& x) {
  if (x.category() == error_category)
    return from_caf(x).message;
  return x ? caf::to_string(x) : "ended";
}

bool is_normal(const caf::error& x) {
  return !x || x == caf::exit_reason::normal || x == caf::exit_reason::user_shutdown;
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

/// Starts static children one after the other; a sub-tree is waited for before the next one's turn.
void supervisor_state::start_next() {
  while (!to_start.empty() && !stopping) {
    auto spec = std::move(to_start.front());
    to_start.pop_front();
    auto child_name = spec.name;
    auto is_supervisor = spec.supervisor;
    add(std::move(spec));
    auto x = find(child_name);
    if (on_door && x != nullptr)
      on_door(child_name, x->way.address);
    if (!is_supervisor || x == nullptr || !x->current)
      continue;
    self->request(x->current, std::chrono::seconds{30}, await_started{})
      .then([this](bool) { start_next(); },
            [this](caf::error& why) { give_up("a sub-tree did not start: " + sentence(why)); });
    return;
  }
  starting = false;
  for (auto& promise : waiting_for_started)
    promise.deliver(true);
  waiting_for_started.clear();
}

caf::result<caf::actor> supervisor_state::add(child_spec spec) {
  if (stopping)
    return to_caf({errc::draining, "this node is stopping", "Send it to another node, or try again later."});
  if (find(spec.name) != nullptr)
    return to_caf({errc::conflict, path + "/" + spec.name + " exists already", {}});
  if (children.size() >= options.max_children)
    return to_caf({errc::overloaded, path + " has as many children as it may have", "Try again later."});
  auto& x = children.emplace_back();
  x.serial = next_serial++;
  x.spec = std::move(spec);
  x.path = path + "/" + x.spec.name;
  x.way = x.spec.address ? door_of(x.spec.address) : make_door(self->system());
  x.info.path = x.path;
  x.info.node = options.node;
  start(x);
  return x.way.address;
}

void supervisor_state::start(supervised& x) {
  x.stop_asked = x.start_after = false;
  x.started = std::chrono::steady_clock::now();
  x.info.started_at = std::chrono::system_clock::now();
  ++x.incarnation;
  child_context context{self, x.path, x.figures, x.spec.detached, caf::actor_cast<caf::actor>(self->ctrl())};
  try {
    x.current = x.spec.start(context);
  } catch (const std::exception& e) {
    failed(x, e.what());
    return;
  }
  self->monitor(x.current);
  x.way.ptr->lead_to(x.current);
  x.info.state = actor_state::running;
  for (auto& promise : x.waiting_for_start)
    promise.deliver(describe(x));
  x.waiting_for_start.clear();
}

void supervisor_state::ask_to_stop(supervised& x, bool start_after) {
  x.start_after = start_after;
  if (!x.current)
    return;
  x.stop_asked = true;
  x.info.state = actor_state::draining;
  self->send_exit(x.current, caf::exit_reason::user_shutdown);
  self->delayed_send(self, x.spec.stop_within, stop_overdue{x.serial, x.incarnation});
}

void supervisor_state::ended(const caf::down_msg& down) {
  auto i =
    std::find_if(children.begin(), children.end(), [&](auto& x) { return x.current && x.current == down.source; });
  if (i == children.end())
    return;
  auto& x = *i;
  x.current = nullptr;
  x.way.ptr->lead_to(nullptr);
  x.info.state = actor_state::stopped;
  if (stopping) {
    stop_next();
    return;
  }
  auto asked = x.stop_asked;
  auto again = x.start_after;
  x.stop_asked = x.start_after = false;
  if (asked && x.waits_for != 0) {
    x.info.state = actor_state::backing_off;
  } else if (asked && again) {
    ++x.info.restarts;
    start(x);
  } else if (asked || x.spec.restart == restart_when::temporary) {
    if (!asked && !is_normal(down.reason) && options.on_failure)
      options.on_failure(x.path, sentence(down.reason), false);
    remove(x);
  } else if (x.spec.restart == restart_when::permanent || !is_normal(down.reason)) {
    failed(x, sentence(down.reason));
  }
}

void supervisor_state::remove(supervised& x) {
  if (x.current) {
    ask_to_stop(x, false);
    return;
  }
  for (auto& promise : x.waiting_for_start)
    promise.deliver(to_caf({errc::not_found, x.path + " has ended", {}}));
  if (!x.spec.address)
    x.way.ptr->cleanup(caf::exit_reason::normal, nullptr);
  children.remove_if([&](auto& y) { return y.serial == x.serial; });
}

void supervisor_state::failed(supervised& x, const std::string& what) {
  auto now = std::chrono::steady_clock::now();
  x.info.last_error = what;
  x.info.last_error_at = std::chrono::system_clock::now();
  x.info.state = actor_state::backing_off;
  auto spread = std::uniform_real_distribution<>{}(random);
  auto delay = x.record.failed(options.intensity, x.started, now, spread);
  if (options.on_failure)
    options.on_failure(x.path, what, !delay);
  if (!delay) {
    x.info.state = actor_state::failed;
    give_up(x.path + " failed too often: " + what);
    return;
  }
  take_along(x);
  schedule(x, *delay);
}

/// The siblings that a failure takes along are stopped now and started again behind the failed one, in order.
void supervisor_state::take_along(const supervised& x) {
  if (options.strategy == restart_strategy::one_for_one)
    return;
  auto along = options.strategy == restart_strategy::one_for_all;
  for (auto& y : children) {
    if (y.serial == x.serial) {
      along = true;
    } else if (along) {
      y.waits_for = x.serial;
      ask_to_stop(y, false);
    }
  }
}

void supervisor_state::schedule(const supervised& x, std::chrono::milliseconds delay) {
  self->delayed_send(self, delay, start_again{x.serial});
}

void supervisor_state::start_group(supervised& x) {
  auto waits = [&](const supervised& y) { return y.waits_for == x.serial; };
  if (std::any_of(children.begin(), children.end(), [&](auto& y) { return waits(y) && y.current; })) {
    schedule(x, std::chrono::milliseconds{10}); // a sibling has not ended yet
    return;
  }
  for (auto& y : children)
    if (y.serial == x.serial || waits(y)) {
      y.waits_for = 0;
      ++y.info.restarts;
      start(y);
    }
}

void supervisor_state::give_up(const std::string& what) {
  if (!stopping)
    begin_stop(to_caf({errc::internal, what, "Look at the log of this node for the cause."}));
}

void supervisor_state::begin_stop(caf::error reason) {
  if (stopping)
    return;
  stopping = true;
  stop_reason = std::move(reason);
  stop_next();
}

void supervisor_state::stop_next() {
  for (auto i = children.rbegin(); i != children.rend(); ++i)
    if (i->current) {
      if (!i->stop_asked)
        ask_to_stop(*i, false);
      return;
    }
  for (auto& x : children)
    if (!x.spec.address)
      x.way.ptr->cleanup(caf::exit_reason::user_shutdown, nullptr);
  for (auto& promise : waiting_for_stop)
    promise.deliver(true);
  waiting_for_stop.clear();
  self->quit(stop_reason);
}

} // namespace troupe
