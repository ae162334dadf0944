#include "gateway/cli/standard_output.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace troupe::cli {

namespace {

bool closed_at_start = false;
output_fate fate = output_fate::written;

bool is_closed(int fd) { return ::fcntl(fd, F_GETFD) == -1 && errno == EBADF; }

bool put(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

void note_failure(int why) {
  if (fate == output_fate::written)
    fate = why == EPIPE ? output_fate::reader_left : output_fate::lost;
}

} // namespace

void fill_standard_descriptors() {
  closed_at_start = is_closed(STDOUT_FILENO);
  // Upwards: open takes the lowest free number, which is the one found closed. Without O_CLOEXEC, as these are.
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (is_closed(fd))
      static_cast<void>(::open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY));
}

bool stdout_was_closed() noexcept { return closed_at_start; }

void print(std::string_view text) {
  if (text.empty())
    return;
  if (closed_at_start)
    note_failure(EBADF);
  else if (!put(text))
    note_failure(errno);
}

void announce(std::string_view text) {
  if (!put(text))
    std::clearerr(stdout);
}

output_fate printed() noexcept { return fate; }

} // namespace troupe::cli
