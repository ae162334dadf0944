#pragma once
/// Answering: out of what was retrieved, the sentences, formulas, steps and settings that answer, each with the place
/// it stands at. The writer's name is `extractive`: it says nothing that the snapshots don't say.

#include <cstdint>
#include <string>
#include <vector>

#include "actors/research/evidence.hpp"

namespace troupe {

/// A place in one of the pages an answer was drafted from.
struct draft_citation {
  std::size_t page = 0; ///< index into the evidence pages
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  std::string quote; ///< the bytes there
};

/// One statement. `text` is plain (not escaped); `code` is set off below it and is a citation of its own.
struct draft_claim {
  std::string text;
  std::string code;
  std::string name; ///< of a setting or a term that is explained
  std::vector<draft_citation> citations;
  std::string context{}; ///< heading over what begins with a pronoun; cited first
};

enum class part_form : std::uint8_t { paragraph, list, steps, terms };

/// Claims shown together.
struct draft_part {
  part_form form = part_form::paragraph;
  std::vector<draft_claim> claims;
  bool disagrees = false; ///< says something else than the part before, out of another source
};

struct draft_section {
  std::string heading;  ///< empty for the answer itself, which stands first
  bool nearest = false; ///< holds what comes nearest: nothing says outright what was asked
  std::vector<draft_part> parts;
};

/// What was found for one sub-question.
struct question_result {
  std::uint32_t passages = 0;
  std::uint32_t claims = 0;
};

struct answer_draft {
  std::vector<draft_section> sections; ///< none: nothing answers
  std::vector<question_result> questions;
  std::vector<std::string> unanswered; ///< of several questions that were asked, those that nothing answers
  std::vector<std::size_t> closest;    ///< pages that come nearest when nothing answers, at most three
};

/// Pure and deterministic. `question` as asked; `found[0]` is the evidence of the first sub-question.
/// `searched`: how many pages the evidence was found among; 0: just `pages`. Among few, words that meet by chance are
/// rare, and less of the question has to be found.
answer_draft draft_answer(const std::string& question, const std::vector<question_evidence>& found,
                          const std::vector<evidence_page>& pages, std::size_t searched = 0);

} // namespace troupe
