// What all sessions of one server share.
#include "gateway/http/session.hpp"

namespace troupe::gateway {

bool session_pool::enter(const std::shared_ptr<session>& s) {
  std::lock_guard guard{mutex_};
  if (sessions_.size() >= limits.connections)
    return false;
  sessions_.emplace(s.get(), s);
  open_.store(sessions_.size(), std::memory_order_relaxed);
  return true;
}

void session_pool::leave(const session* s) {
  bool empty = false;
  {
    std::lock_guard guard{mutex_};
    sessions_.erase(s);
    open_.store(sessions_.size(), std::memory_order_relaxed);
    empty = sessions_.empty() && draining;
  }
  if (empty && on_empty)
    on_empty();
}

std::vector<std::shared_ptr<session>> session_pool::all() {
  std::vector<std::shared_ptr<session>> out;
  std::lock_guard guard{mutex_};
  for (auto& [key, weak] : sessions_)
    if (auto alive = weak.lock())
      out.push_back(std::move(alive));
  return out;
}

} // namespace troupe::gateway
