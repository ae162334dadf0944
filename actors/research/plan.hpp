#pragma once
/// The plan: a question split into the sub-questions that the report answers, by rules and always the same way.

#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// What sort of answer a question wants; decides which cues make a sentence an answer.
enum class question_kind { topic, what, how, how_to, how_many, when, why, who, where, which, compare, yes_no };

const char* to_string(question_kind x) noexcept;

/// By the first interrogative and what follows it. A question in a language the rules don't know is a `topic`.
question_kind kind_of(std::string_view question);

/// The names of the two things that a question compares; none when it doesn't.
std::vector<std::string> compared_things(std::string_view question);

/// One to five sub-questions, in the order in which the report answers them; the first is what was asked. Pure and
/// deterministic; an empty question gives none.
std::vector<std::string> plan_questions(std::string_view question);

/// How many of them the person asked; the rest is implied by the question and answers nothing alone.
std::size_t asked_questions(std::string_view question);

} // namespace troupe
