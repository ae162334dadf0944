#pragma once
/// Numbers that are JSON and yet fit no type of ours.

#include <string>
#include <string_view>

namespace troupe {

/// `text` with every number beyond 64 bits, or beyond a double, replaced by a value that no field takes: the reader
/// then names the field that holds it, where simdjson would only call the whole text wrong. Used once parsing has
/// failed.
std::string without_large_numbers(std::string_view text);

} // namespace troupe
