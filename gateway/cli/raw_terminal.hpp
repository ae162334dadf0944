#pragma once
/// The terminal while a command draws whole screens on it.

#include <chrono>
#include <string>

#include <termios.h>

#include "gateway/cli/tree_screen.hpp"

namespace troupe::cli {

/// Takes the alternate screen and each key as it comes (Ctrl-C stays an interrupt); its end gives everything back.
/// Main thread.
class raw_terminal {
public:
  raw_terminal();
  ~raw_terminal();
  raw_terminal(const raw_terminal&) = delete;
  raw_terminal& operator=(const raw_terminal&) = delete;

  /// As it is now: it may change at any time.
  [[nodiscard]] static screen_size size();
  /// What was typed within `most`; empty when nothing was. `open` is false once nothing can come any more.
  std::string read(std::chrono::milliseconds most);
  [[nodiscard]] bool open() const noexcept { return open_; }

private:
  termios before_{};
  bool changed_ = false;
  bool open_ = true;
};

/// Whether somebody sits at both ends: stdin and stdout are terminals.
bool at_a_terminal();

} // namespace troupe::cli
