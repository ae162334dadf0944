#pragma once
/// The topic of the event log for who starts researches.

#include <string_view>

namespace troupe {

/// Subscribing to a research of this name (no id looks so) is to be woken for researches that were accepted, once for
/// all of a moment, and for each that is to be cancelled; not for what running ones commit.
inline constexpr std::string_view new_work = "*";

} // namespace troupe
