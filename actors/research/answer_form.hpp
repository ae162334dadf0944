#pragma once
/// Whether a sentence has the form of an answer to a kind of question: a number, a name, a reason.

#include <string_view>

#include "actors/research/focus.hpp"

namespace troupe {

/// 0..1: how much the form of `sentence` (not its words) makes it an answer to a question of this kind.
double answer_form(const question_focus& focus, std::string_view sentence);

} // namespace troupe
