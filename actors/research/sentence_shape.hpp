#pragma once
/// What a sentence looks like from outside: whether it can stand alone, whether it is one at all.

#include <string>
#include <string_view>

namespace troupe {

/// A connective at the start that points back ("Otherwise, "): its length with the space after it, 0 for none.
std::size_t leading_connective(std::string_view sentence);

/// Starts with a word that needs the sentence before it ("This", "It", "These parameters", "In that case").
bool leans_back(std::string_view sentence);

/// Starts with a pronoun, whatever connective stands before it ("It", "Their", "These"), and so speaks of something
/// named before. "It is possible to …" speaks of nothing, "This chapter …" of the text itself.
bool starts_with_pronoun(std::string_view sentence);

/// No sentence for a report: a scrap of navigation, a bare cross reference, a question, a start in the middle,
/// shouting.
bool is_scrap(std::string_view sentence);

/// Announces what follows it: ends in a colon.
bool leads_in(std::string_view sentence);

/// Starts in lower case, as the continuation of a formula does.
bool continues(std::string_view text);

/// Without parentheses that only refer elsewhere ("(see Section 4)") and with a large first letter where it is a plain
/// word.
std::string as_statement(std::string_view sentence);

} // namespace troupe
