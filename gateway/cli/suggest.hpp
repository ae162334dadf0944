#pragma once
/// "Did you mean …?" for what was mistyped.

#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// Edits (insert, delete, replace, swap of neighbours) between two words: Damerau-Levenshtein, restricted
/// (Boytsov 2011, "Indexing methods for approximate dictionary searching").
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or empty when none is near enough to be meant (a third of its letters, at least 2).
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace troupe::cli
