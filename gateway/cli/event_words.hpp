#pragma once
/// Events in human words, for `troupe watch`.

#include <optional>
#include <string>

#include "protocols/event.hpp"

namespace troupe::cli {

/// One line about an event; none for those that say nothing to people (`report.delta`, `progress`).
std::optional<std::string> event_words(const event_data& x);

} // namespace troupe::cli
