// What is to be done, step by step, below a heading that says what for.
#include <algorithm>

#include "actors/research/entries.hpp"
#include "actors/research/sentence_shape.hpp"

namespace troupe {

namespace {

constexpr double enough_above = 0.75;  // of the question, in the headings and the title
constexpr double enough_heading = 0.3; // in the innermost heading alone

std::set<std::string> as_set(std::vector<std::string> terms) { return {terms.begin(), terms.end()}; }

/// The first step of a section; without steps the first sentence that tells what to do.
std::optional<std::size_t> first_to_do(const evidence_page& page, const page_units& cut, std::size_t section,
                                       const question_focus& focus) {
  std::optional<std::size_t> told;
  for (std::size_t i = 0; i < cut.units.size(); ++i) {
    auto& u = cut.units[i];
    if (u.section != section)
      continue;
    if (u.numbered)
      return i;
    auto text = unit_text(page, u);
    if (!told && u.form == unit_form::sentence && answer_form(focus, text) >= 1 && !leans_back(text))
      told = i;
  }
  return told;
}

} // namespace

std::optional<unit_place> procedure_start(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                          const question_focus& focus, analyzer& words, const selector& taken) {
  std::optional<unit_place> best;
  double best_value = 0;
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t s = 0; s < cut[p].sections.size(); ++s) {
      auto above = cut[p].sections[s].terms;
      above.insert(cut[p].title_terms.begin(), cut[p].title_terms.end());
      auto value = covered(focus, above) - 0.003 * static_cast<double>(p);
      auto heading = covered(focus, as_set(words.terms(cut[p].sections[s].heading)));
      if (value < enough_above || heading < enough_heading || value <= best_value)
        continue;
      auto first = first_to_do(pages[p], cut[p], s, focus);
      if (!first || taken.used({p, *first}))
        continue;
      best_value = value;
      best = unit_place{p, *first};
    }
  return best;
}

} // namespace troupe
