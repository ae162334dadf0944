// Workers: what they have in hand, what becomes of it when they answer, fail, fall silent or end.
#include <algorithm>
#include <utility>

#include "actors/flow/work_pool.hpp"

namespace troupe {

void work_pool::worker_joined(worker_number number, std::uint32_t credit) {
  auto& x = workers_[number];
  x.credit = std::max(credit, 1u);
}

void work_pool::worker_left(worker_number number, const error& why, bool as_told) {
  auto found = workers_.find(number);
  if (found == workers_.end())
    return;
  empty_hand(found->second, why, !as_told);
  in_hands_ -= found->second.hand.size();
  workers_.erase(found);
}

/// What it has goes to others; the first, which it was working on, has had an attempt when it `attempted` any.
void work_pool::empty_hand(worker_entry& x, const error& why, bool attempted) {
  auto held = x.hand;                                 // `again` marks those in hand
  for (auto i = held.rbegin(); i != held.rend(); ++i) // put back at the front, so the last one first
    if (i->live)
      again(i->item, why, attempted && std::next(i) == held.rend());
}

/// Back to the front of its queue for another worker, or ended as poison. Its lease counts no more.
void work_pool::again(item_id id, const error& why, bool attempted) {
  auto found = items_.find(id);
  if (found == items_.end())
    return;
  auto& x = found->second;
  x.failures += attempted ? 1 : 0;
  if (x.failures >= limits_.attempts) {
    auto advice = why.advice.empty() ? std::string{"Leave it out, or look at what is special about it."} : why.advice;
    end(found, {errc::poisoned, "it was given up after " + std::to_string(x.failures) + " attempts: " + why.message,
                std::move(advice)});
    return;
  }
  made_.revoked.push_back(id);
  for (auto& held : workers_.at(x.worker).hand)
    if (held.item == id)
      held.live = false;
  x.leased = false;
  x.granted = true; // it was let in once; what waits again takes nobody's place in the queue
  waiting_[static_cast<std::size_t>(x.what.priority)].push_front(id);
}

/// Takes a lease out of its worker's hand, and starts the clock of the next.
std::optional<work_pool::held_lease> work_pool::put_down(worker_number number, item_id id, std::uint32_t attempt,
                                                         work_clock::time_point now) {
  auto worker = workers_.find(number);
  if (worker == workers_.end())
    return std::nullopt;
  auto& hand = worker->second.hand;
  auto found =
    std::find_if(hand.begin(), hand.end(), [&](const held_lease& x) { return x.item == id && x.attempt == attempt; });
  if (found == hand.end())
    return std::nullopt;
  auto result = *found;
  hand.erase(found);
  --in_hands_;
  worker->second.bytes -= result.bytes;
  if (!hand.empty())
    worker->second.until = now + hand.front().time;
  worker->second.lost = false; // it lives
  return result;
}

bool work_pool::finished(worker_number number, item_id id, std::uint32_t attempt, work_clock::time_point now) {
  auto was = put_down(number, id, attempt, now);
  if (!was || !was->live)
    return false;
  forget(items_.find(id));
  return true;
}

void work_pool::failed(worker_number number, item_id id, std::uint32_t attempt, const error& why,
                       work_clock::time_point now) {
  auto was = put_down(number, id, attempt, now);
  if (was && was->live)
    again(id, why, true);
}

std::size_t work_pool::busy_workers() const {
  return static_cast<std::size_t>(
    std::count_if(workers_.begin(), workers_.end(), [](const auto& x) { return !x.second.hand.empty(); }));
}

std::size_t work_pool::lost_workers() const {
  return static_cast<std::size_t>(
    std::count_if(workers_.begin(), workers_.end(), [](const auto& x) { return x.second.lost; }));
}

} // namespace troupe
