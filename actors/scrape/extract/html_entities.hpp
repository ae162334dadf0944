#pragma once
/// Character references of HTML (HTML standard, 13.2.5.72 ff.).

#include <string>
#include <string_view>

namespace troupe {

/// Appends `text` to `out` with its character references decoded. `attribute`: by the rules inside attribute values.
/// What is no reference stays as it is; impossible code points become U+FFFD.
void append_decoded(std::string& out, std::string_view text, bool attribute);

} // namespace troupe
