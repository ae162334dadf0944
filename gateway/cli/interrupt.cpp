#include "gateway/cli/interrupt.hpp"

#include <atomic>
#include <csignal>

#include <unistd.h>

namespace troupe::cli {

namespace {

std::atomic<int> asked{0};
std::atomic<int> latest{0};
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

void on_signal(int which) {
  latest.store(which);
  // Work in progress is durable, so leaving without a word loses nothing.
  if (asked.fetch_add(1) >= 1)
    _exit(130);
}

} // namespace

void watch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

int interrupts() noexcept { return asked.load(); }

bool interrupted() noexcept { return latest.load() == SIGINT; }

} // namespace troupe::cli
