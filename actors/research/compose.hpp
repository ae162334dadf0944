#pragma once
/// The part of a session that computes: draft, verify, write. One task in, one composition out, so that it can run on
/// a thread of its own while the session waits like for any other answer.

#include <memory>
#include <string>
#include <vector>

#include "actors/research/answer.hpp"
#include "actors/research/verify.hpp"
#include "actors/research/write.hpp"
#include "protocols/time.hpp"

namespace troupe {

/// What a report is made of.
struct compose_task {
  std::vector<question_evidence> evidence; ///< the first is that of the question as asked
  std::vector<evidence_page> pages;
  report_facts facts; ///< `questions_answered` is counted by `compose`
};

struct composition {
  report answer;
  std::vector<rejected_citation> rejected;
  std::vector<question_result> questions;
  bool evidence = false; ///< something in it answers
};

/// Pure and deterministic; may take seconds of computing.
composition compose(const compose_task& task);

/// The report of a research that found nothing in time or at all: without evidence, and saying so.
composition compose_nothing(report_facts facts);

/// Session → a writer. Local: the task is shared, not copied.
struct compose_answer {
  std::shared_ptr<const compose_task> task;
  deadline until;
};

/// Its answer. Empty only before it is filled in.
struct composed_answer {
  std::shared_ptr<const composition> result;
};

} // namespace troupe
