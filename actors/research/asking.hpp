#pragma once
/// The grammar of an English question as far as rules go: what sort of answer it wants, of what it speaks.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/research/words.hpp"

namespace troupe {

/// What sort of answer a question wants; decides which cues make a sentence an answer.
enum class question_kind { topic, what, how, how_to, how_many, when, why, who, where, which, compare, yes_no };

const char* to_string(question_kind x) noexcept;

/// By the first interrogative and what follows it; "the steps to …" are asked for as "how to …" is. A question in a
/// language the rules don't know is a `topic`.
question_kind kind_of(std::string_view question);

/// The names of the two things that a question compares; none when it doesn't.
std::vector<std::string> compared_things(std::string_view question);

namespace asking {

/// A question in words, as it was written.
using words = std::vector<std::string>;

inline const word_set interrogatives{"how", "what", "when", "why", "where", "who", "whom", "whose", "which"};
inline const word_set auxiliaries{"is",     "are",  "was",   "were", "does", "do",  "did",  "can", "could",
                                  "should", "will", "would", "has",  "have", "may", "must", "had"};
inline const word_set pronouns{"it", "they", "them", "he", "she", "this", "these", "those"};
inline const word_set persons{"i", "we", "you", "one"};
inline const word_set determiners{"the", "a", "an", "each", "every", "any", "some", "my", "our", "its"};
inline const word_set to_be{"is", "are", "was", "were"};
inline const word_set articles{"a", "an", "the"};

/// The words of a question; "What's" as "What is", with either apostrophe.
words asked_words(std::string_view question);

/// A word as compared: lower case, without the punctuation around it.
std::string plain(std::string_view w);

struct pair_asked {
  std::string first;
  std::string second;
};

/// The two things compared, when they are short enough to be names. Nothing otherwise.
std::optional<pair_asked> compared(const words& ws);

/// What "it" means later on: the thing a question is about; empty when the rules can't tell.
std::string subject_of(const words& ws);

} // namespace asking

} // namespace troupe
