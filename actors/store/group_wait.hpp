#pragma once
#include <cstddef>

namespace troupe {

/// Whether a group should wait a moment for more researches to accept. Clients that wait for their answers ask again as
/// soon as they have them: when much fewer are here than were just answered, the rest is on its way. A group costs a
/// sync, and half groups that alternate would each pay their own. What PostgreSQL's `commit_delay` does.
class group_wait {
public:
  /// Asked when a group is about to be taken, with `waiting` accepts. Never true twice for one group.
  bool holds(std::size_t waiting) {
    held_ = !held_ && last_ >= crowd && waiting * 4 < last_ * 3;
    if (!held_)
      last_ = waiting;
    return held_;
  }

private:
  static constexpr std::size_t crowd = 8; ///< fewer are not worth the wait

  bool held_ = false;
  std::size_t last_ = 0; ///< how many were taken last
};

} // namespace troupe
