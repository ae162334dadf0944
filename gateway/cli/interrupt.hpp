#pragma once
/// Ctrl-C at the command line: the first asks to stop, the second quits at once.

namespace troupe::cli {

/// Installs the handlers of SIGINT and SIGTERM for a client command and ignores SIGPIPE. Main thread, once.
void watch_interrupts();
/// How often somebody asked to stop so far. Any thread.
int interrupts() noexcept;
/// Whether the latest was Ctrl-C, and not SIGTERM. Any thread.
bool interrupted() noexcept;

} // namespace troupe::cli
