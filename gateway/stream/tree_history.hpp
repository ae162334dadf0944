#pragma once
/// The newest supervision tree and when each part of it changed, so that whoever watches can be told what it missed,
/// however long it was away. Plain values; whoever looks brings the time.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "protocols/tree.hpp"

namespace troupe::gateway {

/// Not thread-safe.
class tree_history {
public:
  /// `most_gone`: of the actors that are no more, so many are remembered; who is further behind gets the whole tree.
  explicit tree_history(std::size_t most_gone = 1000) : most_gone_(most_gone) {}

  /// Takes what is there now; true when it differs from what was, and then the version is one higher. Busy shares count
  /// by whole percents. `at`: when it was looked at. Of an actor that idles no figures are news: timers and these very
  /// looks come to a few messages a second, which are told with its next change.
  bool take(tree_snapshot now, std::chrono::steady_clock::time_point at = {});
  /// 0: nothing was taken yet.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  /// What somebody who knows version `seen` must be told: `{"type":"snapshot",…}` to 0 and to who is too far behind,
  /// `{"type":"changes",…}` to others.
  [[nodiscard]] std::string since(std::uint64_t seen) const;

private:
  struct known {
    actor_info info;
    std::uint64_t changed = 0;  ///< the version that changed it last
    std::uint64_t messages = 0; ///< at the last look, told or not
  };
  struct gone {
    std::string path;
    std::uint64_t at = 0;
  };

  void remember_gone(std::vector<std::string> paths);
  [[nodiscard]] std::string snapshot() const;
  [[nodiscard]] std::string changes(std::uint64_t seen) const;

  std::size_t most_gone_;
  std::uint64_t version_ = 0;
  std::chrono::steady_clock::time_point looked_{};
  std::vector<known> actors_;   ///< in the order of the tree
  std::deque<gone> gone_;       ///< oldest first
  std::uint64_t forgotten_ = 0; ///< the version of the newest one that `gone_` has let go
};

} // namespace troupe::gateway
