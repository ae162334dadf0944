#pragma once
/// Selecting: scores the units of all pages for a question, and takes the ones that answer it together with what they
/// can't stand without (the formula they announce, the sentence they lean on), each thing once.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/research/answer.hpp"
#include "actors/research/focus.hpp"
#include "actors/research/ranked_pool.hpp"
#include "actors/research/units.hpp"

namespace troupe {

/// How much is taken for one question.
struct selection_limits {
  std::size_t claims = 7;
  std::size_t bytes = 1900;
  double lead_at_least = 0.42;       ///< score of the best unit; below it nothing answers
  double grounded_at_least = 0.75;   ///< share of the question that the lead holds where it stands
  bool need_form = false;            ///< the lead has to have the form of an answer, not only its words
  double follow_share = 0.6;         ///< of the lead's score that other units need
  std::vector<name_words> phrases{}; ///< each has to stand in the lead, its words side by side
  std::optional<unit_place> lead{};  ///< start with this one
  std::vector<unit_place> then{};    ///< and go on with these
  bool whole_section = false;        ///< and with the rest of its section
};

class selector {
public:
  selector(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut) : pages_(pages), cut_(cut) {}

  /// Parts that answer the question, best first sentence first, then in the order of the source. What was taken before
  /// is not taken again; empty when nothing (more) answers.
  std::vector<draft_part> take(const question_focus& focus, const std::vector<passage_hit>& hits,
                               const selection_limits& limits);
  /// How many of the claims taken so far speak to this question.
  [[nodiscard]] std::uint32_t speaking_to(const question_focus& focus) const;
  /// Whether something like these terms was said already.
  [[nodiscard]] bool said(const std::set<std::string>& terms) const;
  void remember(unit_place x);
  /// Whether the first sentence of the last `take` holds so much of the question that it answers rather than touches
  /// it.
  [[nodiscard]] bool last_lead_sure() const { return lead_sure_; }
  [[nodiscard]] bool used(unit_place x) const { return used_.contains(x); }

private:
  using score_table = std::vector<std::vector<double>>;

  [[nodiscard]] const unit& at(unit_place x) const { return cut_[x.page].units[x.unit]; }
  [[nodiscard]] std::string text(unit_place x) const { return unit_text(pages_[x.page], at(x)); }
  [[nodiscard]] score_table score(const question_focus& focus, const std::vector<passage_hit>& hits) const;
  [[nodiscard]] double score_unit(const question_focus& focus, unit_place x, double hit) const;
  [[nodiscard]] std::optional<unit_place> best_lead(const score_table& scores, const question_focus& focus,
                                                    const selection_limits& limits) const;
  [[nodiscard]] double lead_value(const question_focus& focus, unit_place x, double score,
                                  const std::vector<double>& section) const;
  [[nodiscard]] bool can_lead(const question_focus& focus, unit_place x, double score,
                              const selection_limits& limits) const;
  [[nodiscard]] std::set<std::string> lead_terms(const question_focus& focus, unit_place x) const;
  [[nodiscard]] double lead_score(const question_focus& focus, unit_place x, double alone) const;
  [[nodiscard]] double form_at(const question_focus& focus, unit_place x) const;
  [[nodiscard]] bool sure(const question_focus& focus, unit_place lead) const;
  [[nodiscard]] bool completes(const question_focus& focus, unit_place lead) const;
  [[nodiscard]] bool told_before(const question_focus& focus, unit_place x) const;
  [[nodiscard]] bool goes_on(unit_place x) const;
  [[nodiscard]] double grounded(const question_focus& focus, unit_place x) const;
  [[nodiscard]] bool is_formula(std::size_t page, std::size_t i, question_kind kind) const;
  [[nodiscard]] bool near_formula(unit_place x, question_kind kind) const;
  [[nodiscard]] unit_place list_start(unit_place x) const;
  [[nodiscard]] bool stands_alone(unit_place x) const;
  [[nodiscard]] bool takeable(unit_place x) const;
  [[nodiscard]] std::size_t chain_end(unit_place lead_in) const;
  /// Stands in the source directly after what was added last.
  [[nodiscard]] bool follows_last(unit_place x) const {
    return previous_ && previous_->page == x.page && previous_->unit + 1 == x.unit;
  }
  void add(unit_place x, bool after_previous, std::vector<draft_part>& parts);
  void add_to_step(unit_place x, draft_claim& step);
  void add_code(unit_place x, draft_claim& announcing);
  void add_chain(unit_place x, std::vector<draft_part>& parts);
  bool try_add(unit_place x, std::vector<draft_part>& parts);
  void put_under_heading(unit_place x, draft_claim& claim) const;
  [[nodiscard]] bool under_heading(const question_focus& focus, unit_place x) const;
  [[nodiscard]] bool adds_to(const question_focus& focus, unit_place lead, unit_place x) const;
  void add_elsewhere(const question_focus& focus, unit_place lead, const score_table& scores,
                     const selection_limits& limits, std::vector<draft_part>& parts);
  [[nodiscard]] std::optional<unit_place> disagreeing(const question_focus& focus, unit_place x,
                                                      const std::set<std::size_t>& seen) const;
  [[nodiscard]] std::size_t part_of(unit_place x, const std::vector<draft_part>& parts) const;
  void add_disagreeing(const question_focus& focus, std::vector<draft_part>& parts);
  void add_before(unit_place lead, const score_table& scores, double least, std::vector<draft_part>& parts);
  [[nodiscard]] draft_citation cite(unit_place x) const;

  const std::vector<evidence_page>& pages_;
  const std::vector<page_units>& cut_;
  std::set<unit_place> used_;
  std::vector<std::set<std::string>> said_;
  std::vector<unit_place> shown_;         ///< what the running `take` says
  std::optional<unit_place> previous_;    ///< the unit that was added last
  std::optional<std::size_t> part_block_; ///< its block
  std::size_t taken_ = 0;                 ///< claims of the running `take`
  std::size_t bytes_ = 0;
  bool lead_sure_ = false;
  std::uint8_t steps_depth_ = 0; ///< of the list of steps that was begun last
};

} // namespace troupe
