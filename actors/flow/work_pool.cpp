// Sources, grants and items. What workers do is in work_pool_workers.cpp, who gets what in work_pool_turns.cpp.
#include "actors/flow/work_pool.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

error named(error why, const std::string& subject) {
  if (why.message.starts_with("it "))
    why.message.replace(0, 2, subject);
  return why;
}

void work_pool::offer(const std::string& name, priority_class priority, std::uint32_t items, std::uint64_t bytes,
                      std::uint32_t returned, work_clock::time_point now) {
  auto found = sources_.find(name);
  if (found == sources_.end()) {
    if (items == 0 || sources_.size() >= limits_.sources)
      return;
    found = sources_.emplace(name, source{}).first;
  }
  auto& x = found->second;
  free_grants(x, returned);
  x.priority = priority;
  x.items = items;
  x.bytes = bytes;
  if (items > 0)
    queue_offer(name, x, now);
  else if (!x.queued && x.grants.empty())
    sources_.erase(found);
}

void work_pool::queue_offer(const std::string& name, source& x, work_clock::time_point since) {
  if (std::exchange(x.queued, true))
    return;
  offers_[static_cast<std::size_t>(x.priority)].push_back({name, since});
}

/// The oldest first.
void work_pool::free_grants(source& x, std::uint32_t items) {
  while (items > 0 && !x.grants.empty()) {
    auto& first = x.grants.front();
    auto n = std::min(items, first.items);
    items -= n;
    first.items -= n;
    granted_ -= n;
    bytes_ -= n * first.bytes;
    if (first.items == 0)
      x.grants.pop_front();
  }
}

void work_pool::give_back(const std::string& name) {
  if (auto found = sources_.find(name); found != sources_.end())
    free_grants(found->second, 1);
}

bool work_pool::use_grant(source& x) {
  if (x.grants.empty())
    return false;
  free_grants(x, 1);
  return true;
}

void work_pool::source_left(const std::string& name) {
  auto found = sources_.find(name);
  if (found != sources_.end()) {
    free_grants(found->second, UINT32_MAX);
    for (auto& turns : offers_)
      std::erase_if(turns, [&](const auto& x) { return x.source == name; });
    sources_.erase(found);
  }
  end_where([&](const item& x) -> std::optional<error> {
    return x.what.source == name
             ? std::optional{error{errc::cancelled, "it was dropped with those who asked for it", {}}}
             : std::nullopt;
  });
}

expected<item_id> work_pool::submit(work_item x, work_clock::time_point now) {
  if (x.expires <= now)
    return fail(errc::deadline_exceeded, "it had no time left", "Allow the research more time.");
  auto from = sources_.find(x.source);
  bool granted = from != sources_.end() && use_grant(from->second);
  if (granted) {
    if (from->second.grants.empty() && from->second.items == 0 && !from->second.queued)
      sources_.erase(from);
  } else if (ungranted_ >= limits_.queue || (ungranted_ > 0 && ungranted_bytes_ + x.bytes > limits_.queue_bytes)) {
    return fail(errc::overloaded, "it found the queue full", "Try again in a moment.");
  }
  auto id = ++last_item_;
  bytes_ += x.bytes;
  ungranted_ += granted ? 0 : 1;
  ungranted_bytes_ += granted ? 0 : x.bytes;
  waiting_[static_cast<std::size_t>(x.priority)].push_back(id);
  item made;
  made.what = std::move(x);
  made.since = now;
  made.granted = granted;
  items_.emplace(id, std::move(made));
  return id;
}

void work_pool::cancel(const std::string& token) {
  end_where([&](const item& x) -> std::optional<error> {
    return x.what.token == token ? std::optional{error{errc::cancelled, "it is not wanted any more", {}}}
                                 : std::nullopt;
  });
}

/// Ends the items for which `judge` answers an error.
template <class F>
void work_pool::end_where(F judge) {
  bool some = false;
  for (auto i = items_.begin(); i != items_.end();) {
    auto here = i++;
    if (auto why = judge(here->second)) {
      some = some || !here->second.leased;
      end(here, std::move(*why));
    }
  }
  if (some)
    for (auto& queue : waiting_)
      std::erase_if(queue, [&](item_id id) { return !items_.contains(id); });
}

/// The item ends with an error; one that waits is taken out of its queue by the caller.
void work_pool::end(item_map::iterator x, error why) {
  made_.ended.push_back({x->first, std::move(why)});
  if (x->second.leased) {
    made_.revoked.push_back(x->first);
    for (auto& held : workers_.at(x->second.worker).hand)
      if (held.item == x->first)
        held.live = false;
  }
  forget(x);
}

void work_pool::forget(item_map::iterator x) {
  bytes_ -= x->second.what.bytes;
  if (!x->second.granted && !x->second.leased) {
    --ungranted_;
    ungranted_bytes_ -= x->second.what.bytes;
  }
  items_.erase(x);
}

void work_pool::sweep(work_clock::time_point now) {
  end_where([&](const item& x) -> std::optional<error> {
    if (x.what.expires > now)
      return std::nullopt;
    return error{errc::deadline_exceeded, x.leased ? "it was not done in time" : "it got no worker in time",
                 "Allow the research more time, or more workers."};
  });
  for (auto i = sources_.begin(); i != sources_.end();) {
    auto& x = i->second;
    while (!x.grants.empty() && x.grants.front().until <= now)
      free_grants(x, x.grants.front().items);
    i = x.grants.empty() && x.items == 0 && !x.queued ? sources_.erase(i) : std::next(i);
  }
  for (auto& [number, x] : workers_)
    if (!x.hand.empty() && !x.lost && x.until <= now) {
      x.lost = true;
      empty_hand(x, {errc::stalled, "a worker took too long", "Leave it out."}, true);
    }
}

std::size_t work_pool::waiting() const noexcept {
  std::size_t sum = 0;
  for (const auto& queue : waiting_)
    sum += queue.size();
  return sum;
}

} // namespace troupe
