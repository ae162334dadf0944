#pragma once
/// What a question asks of which thing, and the words it may be answered in.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/research/asking.hpp"

namespace troupe {

/// Words as they are compared: lower case, without a plural ending, cut at hyphens and punctuation.
using name_words = std::vector<std::string>;

struct question_shape {
  name_words name;     ///< the thing asked about; empty when the question has no such form
  name_words property; ///< what of the thing: "maximum size" in "the maximum size of X"
  name_words sort;     ///< "day" in "On which day …": what sort of thing the answer is, which it needn't say
  std::string counted; ///< "days" in "How many days …?", as compared
  name_words listed;   ///< "index types" in "Which index types are there?": several are wanted
  std::vector<name_words> compared; ///< the two things, or none
  bool defines = false;             ///< asks what the thing is or does
  bool particular = false;          ///< "the X" rather than "an X" or "X": may have no definition
  bool value = false;               ///< asks for a number: how many, the size of, which port
  bool date = false;                ///< asks for a point in history ("When was X released?")
};

question_shape shape_of(std::string_view question);

struct search_query {
  std::string text;
  std::uint32_t most = 0; ///< passages wanted of it; 0: as many as of any
};

/// What to search for: the question, then the thing it is about, its entry in a glossary, other words for the same. At
/// most four.
std::vector<search_query> search_queries(const std::string& question);

/// `s` as compared. `raw`, when given, gets the words in lower case with their endings.
name_words comparable(std::string_view s, std::vector<std::string>* raw = nullptr);

/// Ends in a question mark, of any width.
bool has_question_mark(std::string_view question);

/// Words like "command" or "module" that a name may carry or not.
bool is_generic_noun(std::string_view word);

} // namespace troupe
