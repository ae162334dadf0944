#pragma once
/// Words that are not in the text as they were asked: mistyped, or another form of the same word.

#include <set>
#include <string>
#include <string_view>

namespace troupe {

/// The letters of two words are nearly the same: one swapped, left out, added or changed (two in long words).
/// Optimal string alignment distance (Damerau 1964), bounded.
bool nearly_same(std::string_view a, std::string_view b);

/// Two stems begin alike for most of their length: "rehears" and "rehearsal", "architect" and "architectur".
bool same_root(std::string_view a, std::string_view b);

} // namespace troupe
