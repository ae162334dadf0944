#pragma once
/// Follows a research to its end while showing its progress on stderr.

#include <optional>
#include <string>

#include "gateway/cli/engine_connection.hpp"
#include "protocols/event.hpp"

namespace troupe::cli {

/// How the following ended. No final event: a person did not want to wait for it.
struct research_end {
  std::optional<event_data> last;
  std::uint64_t elapsed_ms = 0; ///< from the first event to the last
};

/// The first Ctrl-C cancels the research and waits for its end for at most 10 s; a second one quits the process.
expected<research_end> follow_with_progress(engine_connection& engine, const std::string& id);

} // namespace troupe::cli
