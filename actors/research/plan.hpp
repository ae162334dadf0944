#pragma once
/// The plan: a question split into the sub-questions that the report answers, by rules and always the same way.

#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// One to five sub-questions, in the order in which the report answers them; the first is what was asked. Pure and
/// deterministic; an empty question gives none.
std::vector<std::string> plan_questions(std::string_view question);

/// How many of them the person asked; the rest is implied by the question and answers nothing alone.
std::size_t asked_questions(std::string_view question);

} // namespace troupe
