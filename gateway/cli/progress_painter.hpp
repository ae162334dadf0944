#pragma once
/// Shows a `progress_fold`: lines updating in place on a terminal, plain lines elsewhere.

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "gateway/cli/progress.hpp"
#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

/// Writes to one stream, from one thread.
class progress_painter {
public:
  progress_painter(std::FILE* out, terminal where) : out_(out), where_(where) {}

  /// A line that stays: a failed page.
  void lasting(const std::string& text);
  /// The steps as they are now. On a terminal at most ten times a second unless `now`; elsewhere each step once, when
  /// it has ended.
  void show(const std::vector<step_line>& lines, bool now = false);

private:
  void draw(const std::vector<step_line>& lines);

  std::FILE* out_;
  terminal where_;
  std::vector<std::string> drawn_;
  std::vector<step> told_;
  std::chrono::steady_clock::time_point last_{};
};

/// `  gather    1,169 pages known · 0 to fetch                          0.4 s`, at most `width` columns.
std::string step_text(const step_line& line, unsigned width);

} // namespace troupe::cli
