// What other sections and other sources add to an answer: sentences that answer nearly as well as the first one and say
// something else (maximal marginal relevance, Carbonell and Goldstein 1998).
#include <algorithm>

#include "actors/research/answer_form.hpp"
#include "actors/research/definition.hpp"
#include "actors/research/select.hpp"
#include "actors/research/sentence_shape.hpp"

namespace troupe {

namespace {

constexpr double touches = 0.3;        // score of what has to do with the question at all
constexpr std::size_t new_words = 4;   // that nobody said yet
constexpr double defines_it_too = 0.6; // form of another definition
constexpr double speaks_of_it = 0.2;   // of the question, in a heading that stands for what a sentence leans on

/// Questions whose answer may have more than one part: not a figure, a name or a way to do something, which are told by
/// one source or mixed up by two.
bool takes_more(const question_focus& x) {
  auto open = x.kind == question_kind::what || x.kind == question_kind::topic || x.kind == question_kind::how
              || x.kind == question_kind::why;
  auto told_apart = x.shape.defines || x.terms.size() > 1; // a word alone is held by too much
  return open && told_apart && !x.shape.value && !x.shape.date && x.shape.listed.empty() && !x.foreign;
}

} // namespace

/// Begins with a pronoun in the first paragraph below a heading that names what is asked about: it can stand with that
/// heading before it.
bool selector::under_heading(const question_focus& focus, unit_place x) const {
  auto& u = at(x);
  auto& section = cut_[x.page].sections[u.section];
  auto s = text(x);
  if (u.form != unit_form::sentence || !starts_with_pronoun(s) || is_scrap(s) || leads_in(s) || !has_name(section))
    return false;
  auto& units = cut_[x.page].units;
  auto first = std::find_if(units.begin(), units.end(), [&u](auto& y) { return y.section == u.section; });
  return first->block == u.block && first->start >= section.start
         && covered(focus, section.heading_terms) >= speaks_of_it;
}

/// The candidates: out of other sections than the lead, as good in words and in form.
bool selector::adds_to(const question_focus& focus, unit_place lead, unit_place x) const {
  auto elsewhere = x.page != lead.page || at(x).section != at(lead).section;
  if (!elsewhere || !takeable(x) || at(x).form != unit_form::sentence || leads_in(text(x)))
    return false;
  if (!stands_alone(x) && !under_heading(focus, x))
    return false;
  auto defines = !focus.shape.defines || defining_form(focus.shape.name, text(x)) >= defines_it_too;
  auto shaped = form_at(focus, x) + 0.01 >= std::min(form_at(focus, lead), 0.5);
  auto fresh = std::count_if(at(x).terms.begin(), at(x).terms.end(), [this](auto& t) {
    return std::none_of(said_.begin(), said_.end(), [&t](auto& said) { return said.contains(t); });
  });
  return defines && shaped && static_cast<std::size_t>(fresh) >= new_words;
}

void selector::add_elsewhere(const question_focus& focus, unit_place lead, const score_table& scores,
                             const selection_limits& limits, std::vector<draft_part>& parts) {
  if (!takes_more(focus) || !lead_sure_ || limits.whole_section)
    return;
  auto least = ranking.elsewhere_share * scores[lead.page][lead.unit];
  ranked_pool pool{cut_, scores, std::min(least, touches)};
  for (std::size_t n = 0; n < ranking.most_elsewhere && taken_ < limits.claims && bytes_ < limits.bytes; ++n) {
    std::optional<unit_place> best;
    double most = 0;
    for (auto x : pool.places()) {
      auto score = scores[x.page][x.unit];
      if (score < least)
        break; // the pool is in the order of scores
      auto again = pool.redundancy(x, shown_);
      auto value = score + ranking.centrality * pool.centrality(x) - ranking.redundancy * again;
      if (value > most && grounded(focus, x) >= limits.grounded_at_least && adds_to(focus, lead, x)) {
        most = value;
        best = x;
      }
    }
    if (!best)
      return;
    part_block_.reset(); // a paragraph of its own
    add(*best, false, parts);
  }
}

} // namespace troupe
