#pragma once
/// The supervision tree as a watcher knows it: a fold of the messages of `/tree/stream`.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/tree.hpp"

namespace troupe::cli {

/// One actor, and what follows from two looks at it.
struct board_row {
  actor_info info;
  double rate = 0; ///< messages a second, between the last two times it changed
  std::chrono::steady_clock::time_point changed_at{};

  /// `rate`, or 0 when nothing was heard of it for a while.
  [[nodiscard]] double rate_at(std::chrono::steady_clock::time_point now) const;
};

class tree_board {
public:
  /// Takes one message that came at `at`. `news`, when given, gets a line for whatever is more than a figure: states,
  /// restarts, errors, what an actor says, those that came and went. False: no message of this kind, and nothing
  /// changed.
  bool take(std::string_view message, std::chrono::steady_clock::time_point at,
            std::vector<std::string>* news = nullptr);
  [[nodiscard]] const std::vector<board_row>& rows() const noexcept { return rows_; }
  [[nodiscard]] std::vector<actor_info> actors() const;

private:
  void put(actor_info x, std::chrono::steady_clock::time_point at, std::vector<std::string>* news);

  std::vector<board_row> rows_;
};

} // namespace troupe::cli
