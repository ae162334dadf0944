#pragma once
/// Words that short lines around an article begin with, in the languages of the web's larger parts.

#include <cstdint>
#include <string_view>

namespace troupe {

enum class cue : std::uint8_t {
  none,
  aside,   ///< the line itself is boilerplate: "Read also: …", "Follow us on …"
  related, ///< a heading over teasers
  comments ///< a heading over readers' comments
};

/// What a short line's beginning says. `line`: white space collapsed.
cue cue_of(std::string_view line);

} // namespace troupe
