#include "gateway/request_desk_actor.hpp"

#include <algorithm>
#include <vector>

namespace troupe::gateway {

namespace {

caf::actor_companion& companion(const caf::strong_actor_ptr& x) {
  return *static_cast<caf::actor_companion*>(caf::actor_cast<caf::abstract_actor*>(x));
}

error stopping() { return {errc::unavailable, "the gateway is stopping", "Try again in a moment."}; }

} // namespace

request_desk::request_desk(caf::actor_system& system, engine_doors doors)
  : doors_(std::move(doors)),
    mailbox_(caf::actor_cast<caf::strong_actor_ptr>(system.spawn<caf::actor_companion, caf::hidden>())) {
  companion(mailbox_).on_enqueue([this](caf::mailbox_element_ptr x) { answered(*x); });
}

request_desk::~request_desk() { close(); }

std::optional<caf::message_id> request_desk::enlist(time_point until, std::unique_ptr<pending_answer> answer) {
  {
    std::lock_guard guard{mutex_};
    if (!closed_) {
      auto id = ++last_;
      waiting_.emplace(id.response_id().integer_value(), entry{until, std::move(answer)});
      if (sweeper_ && !std::exchange(sweeping_, true))
        caf::anon_send(sweeper_, sweep_soon_atom::value);
      return id;
    }
  }
  answer->abandon(stopping());
  return std::nullopt;
}

void request_desk::answered(caf::mailbox_element& x) {
  std::unique_ptr<pending_answer> answer;
  {
    std::lock_guard guard{mutex_};
    auto place = waiting_.find(x.mid.integer_value());
    if (place == waiting_.end())
      return; // it was told already that nothing came in time
    answer = std::move(place->second.answer);
    waiting_.erase(place);
  }
  answer->take(x.content());
}

void request_desk::swept_by(caf::actor who) {
  std::lock_guard guard{mutex_};
  sweeper_ = std::move(who);
}

bool request_desk::sweep(time_point now) {
  std::vector<std::unique_ptr<pending_answer>> late;
  bool more = false;
  {
    std::lock_guard guard{mutex_};
    for (auto i = waiting_.begin(); i != waiting_.end();) {
      if (i->second.until > now) {
        ++i;
        continue;
      }
      late.push_back(std::move(i->second.answer));
      i = waiting_.erase(i);
    }
    more = sweeping_ = !waiting_.empty();
  }
  for (auto& x : late)
    x->abandon(from_caf(caf::make_error(caf::sec::request_timeout)));
  return more;
}

void request_desk::close() {
  std::unordered_map<std::uint64_t, entry> left;
  caf::actor sweeper;
  {
    std::lock_guard guard{mutex_};
    if (std::exchange(closed_, true))
      return;
    left.swap(waiting_);
    std::swap(sweeper, sweeper_);
  }
  companion(mailbox_).on_enqueue({}); // waits for answers that are being handed over
  for (auto& [id, x] : left)
    x.answer->abandon(stopping());
}

void request_desk::expire(std::size_t most) {
  std::lock_guard guard{mutex_};
  std::vector<std::uint64_t> ids;
  for (auto& [id, x] : waiting_)
    ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  ids.resize(std::min(ids.size(), most));
  for (auto id : ids)
    waiting_[id].until = {};
}

} // namespace troupe::gateway
