#pragma once
/// The lines of a tree on a screen: who stands below whom, in which order, with which figures.

#include <cstddef>
#include <string>
#include <vector>

#include "gateway/cli/terminal.hpp"
#include "gateway/cli/tree_board.hpp"

namespace troupe::cli {

struct tree_line {
  std::string lead; ///< branches, as `│  ├─ `
  std::string name; ///< the part of its path below its parent's
  std::size_t row = 0;
};

/// Depth first. `filter`: only actors whose path holds it, in any case of ASCII letters, and those above them.
std::vector<tree_line> tree_lines(const std::vector<board_row>& rows, bool by_busy, const std::string& filter);

/// Columns of what follows the name.
struct figure_columns {
  static constexpr unsigned state = 12;
  static constexpr unsigned up = 9;
  static constexpr unsigned restarts = 5;
  static constexpr unsigned queue = 8;
  static constexpr unsigned busy = 7;
  static constexpr unsigned rate = 9;
};
std::string figures_header();
/// Up time, restarts, queue, busy share and messages a second, each flush right in its column.
std::string figures_text(const board_row& x, std::chrono::steady_clock::time_point now, timestamp wall);
/// `12 s`, `5 min`, `3 h`, `2 d`; a dash when it does not run.
std::string up_text(const actor_info& x, timestamp now);
std::string state_colour(actor_state x);

} // namespace troupe::cli
