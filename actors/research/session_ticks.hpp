#pragma once
/// Whose turn it is to look at the clock: one timer for all the sessions of a node, where one each would wake the
/// clock's thread for each, and outlive the short ones. No CAF in here; `Who` is what a tick is sent to.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace troupe {

/// Kept apart from admission, which sends the ticks, so that a restart of admission loses nobody. Any thread.
template <class Who>
class session_ticks {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds every{200}; ///< between two ticks of one session
  static constexpr std::chrono::milliseconds look{50};   ///< between two calls of `due`

  /// Its first tick is due when `every` has passed.
  void join(std::uint64_t id, Who who, time_point now) {
    std::lock_guard guard{mutex_};
    members_.insert_or_assign(id, member{std::move(who), now + every});
  }
  void leave(std::uint64_t id) {
    std::lock_guard guard{mutex_};
    members_.erase(id);
  }
  /// Those to be sent a tick now; each again when `every` has passed.
  std::vector<Who> due(time_point now) {
    std::vector<Who> result;
    std::lock_guard guard{mutex_};
    for (auto& [id, x] : members_)
      if (x.next <= now) {
        x.next = now + every;
        result.push_back(x.who);
      }
    return result;
  }
  [[nodiscard]] bool empty() const {
    std::lock_guard guard{mutex_};
    return members_.empty();
  }

private:
  struct member {
    Who who;
    time_point next;
  };
  mutable std::mutex mutex_;
  std::map<std::uint64_t, member> members_;
};

} // namespace troupe
