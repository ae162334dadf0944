// Who gets what: leases for workers with room, grants for the credit that is left.
#include <algorithm>
#include <utility>

#include "actors/flow/work_pool.hpp"

namespace troupe {

const work_step& work_pool::step(work_clock::time_point now) {
  lease_some(now);
  grant_some(now);
  std::swap(made_, told_);
  made_.revoked.clear();
  made_.ended.clear();
  made_.leases.clear();
  made_.grants.clear();
  return told_;
}

fair_share::heads work_pool::item_heads() const {
  fair_share::heads result;
  for (std::size_t i = 0; i < priority_classes; ++i)
    if (!waiting_[i].empty())
      result[i] = items_.at(waiting_[i].front()).since;
  return result;
}

/// The worker with room for it that has the least in hand; rather not the one that had it last.
work_pool::worker_entry* work_pool::room_for(const item& x, worker_number& number) {
  worker_entry* best = nullptr;
  bool best_again = false;
  for (auto& [at, w] : workers_) {
    bool room = w.hand.empty() || (w.hand.size() < limits_.leases && w.bytes + x.what.bytes <= limits_.lease_bytes);
    if (w.lost || !room)
      continue;
    bool again = x.attempt > 0 && x.worker == at;
    if (best != nullptr && std::pair{again, w.hand.size()} >= std::pair{best_again, best->hand.size()})
      continue;
    best = &w;
    best_again = again;
    number = at;
  }
  return best;
}

void work_pool::lease_some(work_clock::time_point now) {
  auto room = [&] {
    return std::any_of(workers_.begin(), workers_.end(),
                       [&](const auto& x) { return !x.second.lost && x.second.hand.size() < limits_.leases; });
  };
  while (room()) {
    auto chosen = leasing_.next(item_heads(), now);
    if (!chosen)
      return;
    auto id = waiting_[*chosen].front();
    auto found = items_.find(id);
    auto& x = found->second;
    if (x.what.expires <= now) {
      waiting_[*chosen].pop_front();
      end(found,
          {errc::deadline_exceeded, "it got no worker in time", "Allow the research more time, or more workers."});
      continue;
    }
    worker_number number = 0;
    auto* worker = room_for(x, number);
    if (worker == nullptr)
      return; // it is large: nothing smaller passes it, or it would wait for ever
    waiting_[*chosen].pop_front();
    leasing_.taken(*chosen);
    if (!x.granted) {
      --ungranted_;
      ungranted_bytes_ -= x.what.bytes;
    }
    x.leased = true;
    x.worker = number;
    ++x.attempt;
    auto time = x.what.lease.count() > 0 ? x.what.lease : limits_.lease;
    if (worker->hand.empty())
      worker->until = now + time;
    worker->hand.push_back({id, x.attempt, x.what.bytes, time, true});
    worker->bytes += x.what.bytes;
    ++in_hands_;
    made_.leases.push_back({id, x.attempt, number});
  }
}

std::size_t work_pool::capacity() const {
  std::size_t sum = 0;
  for (const auto& [number, x] : workers_)
    sum += x.lost ? 0 : x.credit;
  return sum;
}

/// Drops offers that were taken back, and moves those whose class changed.
fair_share::heads work_pool::offer_heads() {
  fair_share::heads result;
  for (std::size_t i = 0; i < priority_classes; ++i) {
    auto& turns = offers_[i];
    while (!turns.empty()) {
      auto found = sources_.find(turns.front().source);
      auto& x = found->second;
      if (x.items > 0 && static_cast<std::size_t>(x.priority) == i)
        break;
      auto turn = std::move(turns.front());
      turns.pop_front();
      x.queued = false;
      if (x.items > 0)
        queue_offer(turn.source, x, turn.since);
      else if (x.grants.empty())
        sources_.erase(found);
    }
  }
  for (std::size_t i = 0; i < priority_classes; ++i)
    if (!offers_[i].empty())
      result[i] = offers_[i].front().since;
  return result;
}

void work_pool::grant_some(work_clock::time_point now) {
  auto most = capacity();
  while (granted_ + waiting() + in_hands_ < most) {
    auto chosen = granting_.next(offer_heads(), now);
    if (!chosen || !grant_one(*chosen, now))
      return;
    granting_.taken(*chosen);
  }
}

/// One piece for the first source of a class, which then stands last. False when its bytes have no room.
bool work_pool::grant_one(std::size_t chosen, work_clock::time_point now) {
  auto& turns = offers_[chosen];
  auto name = turns.front().source;
  auto& x = sources_.at(name);
  auto bytes = x.bytes / x.items;
  if (bytes_ > 0 && bytes_ + bytes > limits_.bytes_in_hand)
    return false;
  turns.pop_front();
  x.queued = false;
  x.bytes -= bytes;
  --x.items;
  ++granted_;
  bytes_ += bytes;
  auto until = now + limits_.grant;
  if (!x.grants.empty() && x.grants.back().until == until && x.grants.back().bytes == bytes)
    ++x.grants.back().items;
  else
    x.grants.push_back({1, bytes, until});
  auto same =
    std::find_if(made_.grants.begin(), made_.grants.end(), [&](const work_grant& g) { return g.source == name; });
  if (same == made_.grants.end())
    made_.grants.push_back({name, 1});
  else
    ++same->items;
  if (x.items > 0)
    queue_offer(name, x, now);
  return true;
}

} // namespace troupe
