#pragma once
/// Two things that a question compares, side by side.

#include <array>

#include "actors/research/select.hpp"

namespace troupe {

/// What differs between them in a table that has both: as two of its columns, a claim for each row where they differ,
/// or as two of its rows. Empty when no table has both. What it gives counts as taken.
draft_part sides_in_table(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                          const question_focus& asked, selector& taken);

/// A sentence for each side that says what it is, under its name; empty when one side has none. `each`: the questions
/// of what the two are; `names`: as they were asked. What it gives counts as taken.
draft_part defined_sides(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                         const std::array<const question_focus*, 2>& each, const std::vector<std::string>& names,
                         analyzer& words, selector& taken);

} // namespace troupe
