#include "gateway/cli/raw_terminal.hpp"

#include <array>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gateway/cli/standard_output.hpp"
#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

raw_terminal::raw_terminal() {
  if (tcgetattr(STDIN_FILENO, &before_) == 0) {
    auto raw = before_;
    raw.c_lflag &= static_cast<tcflag_t>(~(ICANON | ECHO));
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    changed_ = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
  }
  print("\x1b[?1049h\x1b[?25l\x1b[2J"); // alternate screen, no cursor
}

raw_terminal::~raw_terminal() {
  print("\x1b[?25h\x1b[?1049l");
  if (changed_)
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

screen_size raw_terminal::size() {
  winsize now = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) != 0 || now.ws_row == 0 || now.ws_col == 0)
    return {};
  return {std::clamp<unsigned>(now.ws_row, 4, 1000), std::clamp<unsigned>(now.ws_col, 20, 1000)};
}

std::string raw_terminal::read(std::chrono::milliseconds most) {
  pollfd asked{STDIN_FILENO, POLLIN, 0};
  if (::poll(&asked, 1, static_cast<int>(most.count())) <= 0)
    return {};
  std::array<char, 256> bytes{};
  auto n = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  open_ = n > 0;
  return open_ ? std::string{bytes.data(), static_cast<std::size_t>(n)} : std::string{};
}

bool at_a_terminal() { return terminal_of(1).interactive && isatty(STDIN_FILENO) == 1; }

} // namespace troupe::cli
