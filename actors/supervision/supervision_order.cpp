// Who is started and stopped along with whom, and in which order.
#include <algorithm>

#include "actors/supervision/supervision_machine.hpp"

namespace troupe {

using act = supervision_action::what;
using wake = supervision_timer::what;

void supervision_machine::start(child& x) {
  ++x.round;
  ++x.starts;
  x.due = false;
  x.waits_for = 0;
  x.state = life::starting;
  emit(act::start, x);
}

void supervision_machine::stop(child& x, then after) {
  ++x.round;
  x.after = after;
  x.state = life::stopping;
  emit(act::stop, x);
  schedule(wake::stop_by, x, x.kind.stop_within);
}

void supervision_machine::fail(child& x, time_point now) {
  ++x.round;
  x.waits_for = 0;
  auto delay = x.record.failed(intensity_, x.started, now, random_());
  if (!delay) {
    x.state = life::failed;
    emit(act::give_up, x);
    return begin_stop();
  }
  x.state = life::backing_off;
  emit(act::report_failure, x);
  take_along(x);
  schedule(wake::start_again, x, *delay);
}

/// The siblings that a failure takes along are stopped now and started again behind the failed one, in order.
void supervision_machine::take_along(const child& x) {
  if (strategy_ == restart_strategy::one_for_one)
    return;
  auto along = strategy_ == restart_strategy::one_for_all;
  for (auto& y : children_) {
    if (y.serial == x.serial)
      along = true;
    else if (along || y.waits_for == x.serial)
      follow(y, x.serial);
  }
}

void supervision_machine::follow(child& y, std::uint64_t leader) {
  switch (y.state) {
  case life::running:
  case life::starting:
    stop(y, then::wait);
    break;
  case life::waiting:
    y.state = life::backing_off;
    break;
  case life::stopping:
    if (y.after == then::forget || y.after == then::fail)
      return; // its own end comes first
    y.after = then::wait;
    break;
  case life::backing_off:
    ++y.round;
    break; // it would have led a group of its own
  default:
    return;
  }
  y.waits_for = leader;
  y.due = false;
  for (auto& z : children_) // who waited for it waits for the new one
    if (z.waits_for == y.serial && z.serial != leader)
      z.waits_for = leader;
}

/// The backoff is over: the failed child and those that wait for it get their turn, once all of them have stopped.
void supervision_machine::release_group(child& leader) {
  auto waits = [&](const child& y) { return y.waits_for == leader.serial; };
  if (std::any_of(children_.begin(), children_.end(), [&](auto& y) { return waits(y) && y.state == life::stopping; })) {
    leader.due = true;
    return;
  }
  ++leader.round;
  leader.due = false;
  leader.state = life::waiting;
  for (auto& y : children_)
    if (waits(y)) {
      y.waits_for = 0;
      y.state = life::waiting;
    }
}

void supervision_machine::forget(child& x) {
  auto serial = x.serial;
  emit(act::forget, x);
  children_.remove_if([&](auto& y) { return y.serial == serial; });
  for (auto& y : children_) // nobody waits for what never comes
    if (y.waits_for == serial) {
      y.waits_for = 0;
      if (y.state == life::stopping)
        y.after = then::start;
      else
        y.state = life::waiting;
    }
}

/// Gives the next child its turn when the one before it is ready, or failed.
void supervision_machine::settle() {
  if (!begun_ || stopping_)
    return;
  for (auto& x : children_)
    if (x.due)
      release_group(x); // those that wait for it may have stopped now, or gone
  if (auto x = find(turn_); x != nullptr && x->state == life::starting)
    return;
  auto next = std::find_if(children_.begin(), children_.end(), [](auto& x) { return x.state == life::waiting; });
  if (next != children_.end()) {
    turn_ = next->serial;
    start(*next);
  } else if (!started_) {
    started_ = true;
    out_.push_back({act::all_started, 0, {}, {}});
  }
}

void supervision_machine::begin_stop() {
  stopping_ = true;
  std::chrono::milliseconds whole{1000};
  for (auto& x : children_)
    whole += x.kind.stop_within;
  out_.push_back({act::schedule, 0, whole, {wake::all_stopped_by, 0, 0}});
  stop_next();
}

/// One after the other, the last that was started first.
void supervision_machine::stop_next() {
  for (auto i = children_.rbegin(); i != children_.rend(); ++i) {
    if (i->state == life::stopping)
      return;
    if (i->state == life::starting || i->state == life::running)
      return stop(*i, then::forget);
  }
  if (!all_stopped_) {
    all_stopped_ = true;
    out_.push_back({act::all_stopped, 0, {}, {}});
  }
}

} // namespace troupe
