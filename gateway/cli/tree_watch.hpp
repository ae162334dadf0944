#pragma once
/// `troupe tree --watch`: the tree as it changes, over the server's stream.

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"

namespace troupe::cli {

/// At a terminal a screen with keys, elsewhere a line for each change; with `json` the stream's messages, one a line.
/// Until somebody asks to stop. Main thread.
exit_status watch_tree(const http_client& server, bool json);

/// Asks for the restart of the actor at `path`; the answer is the actor after it, as JSON.
expected<http_answer> restart_actor(const http_client& server, const std::string& path);

} // namespace troupe::cli
