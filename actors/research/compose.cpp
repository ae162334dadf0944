#include "actors/research/compose.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

composition compose(const compose_task& task) {
  composition out;
  auto facts = task.facts;
  auto draft = draft_answer(facts.question, task.evidence, task.pages, facts.coverage.pages);
  out.rejected = verify_draft(draft, task.pages);
  facts.coverage.questions_answered = static_cast<std::uint32_t>(
    std::count_if(draft.questions.begin(), draft.questions.end(), [](auto& x) { return x.claims > 0; }));
  out.answer = write_report(facts, draft, task.pages);
  out.evidence = !draft.sections.empty();
  out.questions = std::move(draft.questions);
  return out;
}

composition compose_nothing(report_facts facts) {
  compose_task task;
  task.facts = std::move(facts);
  return compose(task);
}

} // namespace troupe
