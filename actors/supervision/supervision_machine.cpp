// Events in, actions out. What happens to siblings and the order of starts stand in supervision_order.cpp.
#include "actors/supervision/supervision_machine.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

using act = supervision_action::what;
using wake = supervision_timer::what;

supervision_machine::supervision_machine(restart_strategy strategy, restart_intensity intensity,
                                         std::function<double()> random)
  : strategy_(strategy), intensity_(intensity), random_(std::move(random)) {}

const supervision_machine::child* supervision_machine::find(std::uint64_t serial) const {
  auto i = std::find_if(children_.begin(), children_.end(), [&](auto& x) { return x.serial == serial; });
  return i == children_.end() ? nullptr : &*i;
}

supervision_machine::child* supervision_machine::find(std::uint64_t serial) {
  return const_cast<child*>(std::as_const(*this).find(serial));
}

supervision_actions supervision_machine::result() {
  settle();
  return std::exchange(out_, {});
}

void supervision_machine::emit(act kind, const child& x) { out_.push_back({kind, x.serial, {}, {}}); }

void supervision_machine::schedule(wake kind, const child& x, std::chrono::milliseconds delay) {
  out_.push_back({act::schedule, x.serial, delay, {kind, x.serial, x.round}});
}

void supervision_machine::plan(std::uint64_t serial, const supervised_kind& kind) {
  auto& x = children_.emplace_back();
  x.serial = serial;
  x.kind = kind;
}

supervision_actions supervision_machine::begin() {
  begun_ = true;
  return result();
}

supervision_actions supervision_machine::add(std::uint64_t serial, const supervised_kind& kind) {
  plan(serial, kind);
  start(children_.back());
  return result();
}

supervision_actions supervision_machine::remove(std::uint64_t serial) {
  if (auto x = find(serial); x != nullptr && !stopping_) {
    if (x->state == life::running || x->state == life::starting)
      stop(*x, then::forget);
    else if (x->state == life::stopping)
      x->after = then::forget;
    else
      forget(*x);
  }
  return result();
}

bool supervision_machine::may_restart(std::uint64_t serial) const {
  auto x = find(serial);
  return x != nullptr && !stopping_ && x->state != life::failed
         && !(x->state == life::stopping && x->after == then::forget);
}

supervision_actions supervision_machine::restart(std::uint64_t serial) {
  if (!may_restart(serial))
    return result();
  auto& x = *find(serial);
  switch (x.state) {
  case life::running:
  case life::starting:
    stop(x, then::start);
    break;
  case life::stopping:
    if (x.after == then::fail)
      x.after = then::start;
    break;
  case life::backing_off:
    release_group(x.waits_for != 0 ? *find(x.waits_for) : x);
    break;
  case life::stopped:
    x.state = life::waiting;
    break;
  default:
    break; // its turn comes
  }
  return result();
}

supervision_actions supervision_machine::started(std::uint64_t serial, time_point now) {
  auto x = find(serial);
  if (x != nullptr && x->state == life::starting) {
    x->started = now;
    if (x->kind.ready_within.count() == 0)
      x->state = life::running;
    else
      schedule(wake::ready_by, *x, x->kind.ready_within);
  }
  return result();
}

supervision_actions supervision_machine::start_failed(std::uint64_t serial, time_point now) {
  if (auto x = find(serial)) {
    x->started = now;
    if (x->state == life::starting)
      fail(*x, now);
    else if (x->state == life::stopping)
      stopped(*x, now);
  }
  return result();
}

supervision_actions supervision_machine::ready(std::uint64_t serial) {
  if (auto x = find(serial); x != nullptr && x->state == life::starting)
    x->state = life::running;
  return result();
}

supervision_actions supervision_machine::down(std::uint64_t serial, bool normal, time_point now) {
  auto x = find(serial);
  if (x == nullptr)
    return result();
  if (x->state == life::stopping)
    stopped(*x, now);
  else if (x->state == life::running || x->state == life::starting)
    ended(*x, normal, now);
  return result();
}

/// It ended without being told to.
void supervision_machine::ended(child& x, bool normal, time_point now) {
  if (stopping_) {
    x.state = life::stopped;
    stop_next();
  } else if (!x.kind.back_after_failure) {
    if (!normal)
      emit(act::report_failure, x);
    forget(x);
  } else if (x.kind.back_after_end || !normal) {
    fail(x, now);
  } else {
    x.state = life::stopped;
  }
}

void supervision_machine::stopped(child& x, time_point now) {
  x.state = life::stopped;
  if (stopping_)
    return stop_next();
  switch (x.after) {
  case then::forget:
    return forget(x);
  case then::start:
    return start(x);
  case then::fail:
    return fail(x, now);
  case then::wait:
    break;
  }
  x.state = life::backing_off;
}

supervision_actions supervision_machine::woken(const supervision_timer& timer) {
  if (timer.kind == wake::all_stopped_by && stopping_ && !all_stopped_)
    for (auto& x : children_)
      if (x.state == life::stopping)
        emit(act::exit_process, x);
  auto x = find(timer.serial);
  if (x == nullptr || x->round != timer.round)
    return result();
  if (timer.kind == wake::start_again && x->state == life::backing_off && x->waits_for == 0 && !stopping_) {
    release_group(*x);
  } else if (timer.kind == wake::ready_by && x->state == life::starting && !stopping_) {
    emit(act::report_late, *x);
    stop(*x, then::fail);
  } else if (timer.kind == wake::stop_by && x->state == life::stopping) {
    emit(act::report_late, *x);
    emit(x->kind.detached ? act::exit_process : act::kill, *x);
  }
  return result();
}

supervision_actions supervision_machine::stop_all() {
  if (!stopping_)
    begin_stop();
  return result();
}

life supervision_machine::state(std::uint64_t serial) const {
  auto x = find(serial);
  return x == nullptr ? life::stopped : x->state;
}

std::uint64_t supervision_machine::restarts(std::uint64_t serial) const {
  auto x = find(serial);
  return x == nullptr || x->starts == 0 ? 0 : x->starts - 1;
}

} // namespace troupe
