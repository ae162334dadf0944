#pragma once
/// The whole command line.

namespace troupe::cli {

/// Parses the arguments, runs the command, answers the process's exit status. Main thread, once.
int run(int argc, char** argv);

} // namespace troupe::cli
