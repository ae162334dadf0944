#pragma once
#include <mutex>
#include <vector>

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

namespace troupe {

/// The readers that run, so that a balancer that is started again finds them.
struct reader_roster {
  void add(const caf::actor& who) {
    std::lock_guard guard{mutex_};
    readers_.push_back(who);
  }
  void remove(const caf::actor& who) {
    std::lock_guard guard{mutex_};
    std::erase(readers_, who);
  }
  [[nodiscard]] std::vector<caf::actor> all() const {
    std::lock_guard guard{mutex_};
    return readers_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<caf::actor> readers_;
};

/// Reader → balancer: free for one more request.
struct reader_free {
  caf::actor who;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reader_free)
