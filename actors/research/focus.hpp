#pragma once
/// What a question is about: its content terms, each weighted by how rare it is among the passages retrieved for it.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/embed/analyzer.hpp"
#include "actors/research/compounds.hpp"
#include "actors/research/question.hpp"
#include "actors/research/units.hpp"

namespace troupe {

struct question_focus {
  question_kind kind = question_kind::topic;
  question_shape shape;
  std::map<std::string, double> terms;                 ///< weights add up to 1
  std::map<std::string, std::set<std::string>> others; ///< of a term: what may be said instead
  std::set<std::string> subject;                       ///< terms of the first content words: what it is about
  std::set<std::string> property;                      ///< terms of what is wanted of it: the size, the port
  std::set<std::string> named;                         ///< identifiers in it, whole
  std::set<std::string> proper;                        ///< terms of proper names: "PostgreSQL"
  std::vector<std::vector<std::string>> groups;        ///< terms of content words that stand side by side in it
  compound_words compounds;                            ///< of its words
  std::vector<std::string> shouted;                    ///< words of it in capitals, as asked
  bool foreign = false;                                ///< in a language that the rules don't know
  bool wants_condition = false;                        ///< asks when or whether something happens
  bool wants_settings = false;                         ///< asks for settings, parameters, options
};

/// `hits`: what was retrieved for this question.
question_focus focus_of(const std::string& question, const std::vector<passage_hit>& hits, analyzer& words);

/// Terms of the words of a question that say what it is about.
std::set<std::string> asked_terms(const std::string& question, analyzer& words);

/// How well `terms` hold one term of the question: 1 itself, less by another word for it, 0 not at all.
double held(const question_focus& focus, const std::string& term, const std::set<std::string>& terms);

/// How far apart a text, given as its terms in order, says what the question names: words for each name, 1 or less in
/// "GPG-sign commits" for "sign a commit".
double spread(const question_focus& focus, const std::vector<std::string>& said);

/// Share of the question's weight that `terms` holds, 0..1.
double covered(const question_focus& focus, const std::set<std::string>& terms);
/// The same for a passage with its headings and its page's title.
double covered(const question_focus& focus, const passage_hit& hit, analyzer& words);

/// Whether the passages hold enough of the question for an answer to be in them. `few`: they are all there is, so that
/// what meets in one of them does so for a reason.
bool has_evidence(const question_focus& focus, const std::vector<passage_hit>& hits, analyzer& words, bool few);

} // namespace troupe
