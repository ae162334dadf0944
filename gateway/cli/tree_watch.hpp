#pragma once
/// `troupe tree --watch`: the tree as it changes, over the server's stream.

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"

namespace troupe::cli {

/// At a terminal a screen with keys, elsewhere a line for each change; with `json` the stream's messages, one a line.
/// Until somebody asks to stop. Main thread.
exit_status watch_tree(engine_connection& engine, bool json);

} // namespace troupe::cli
