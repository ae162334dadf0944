#pragma once
/// Which sentence says what a thing is.

#include <optional>
#include <string_view>
#include <vector>

#include "actors/research/focus.hpp"
#include "actors/research/units.hpp"

namespace troupe {

/// 0..1: how much `sentence` says of the thing called `name` what it is or does, by its form: "A checkpoint is a …",
/// "ANALYZE — collect statistics", "… called a checkpoint" (the patterns of Hearst 1992 and of definition questions).
double defining_form(const name_words& name, std::string_view sentence);

/// Whether a heading or a title names just this thing: numbering, parentheses and what stands after a dash set aside.
bool is_headed(const name_words& name, std::string_view heading);

struct definition_found {
  std::size_t page = 0;
  std::size_t unit = 0;
  std::vector<std::size_t> then; ///< units of the same page that go on where the first is only a title's line
  double value = 0;              ///< above 0.5 it is one
};

/// The best of all units; nothing when the question doesn't ask what a thing is, or nothing says so.
std::optional<definition_found> best_definition(const question_focus& focus, const std::vector<evidence_page>& pages,
                                                const std::vector<page_units>& cut);

} // namespace troupe
