// What stands below a heading that says what is asked: what is to be done, step by step, a list, a passage.
#include <algorithm>
#include <set>

#include "actors/research/answer_form.hpp"
#include "actors/research/entries.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr double enough_above = 0.75;  // of the question, in the headings and the title
constexpr double enough_heading = 0.3; // in the innermost heading alone
constexpr double steps_count = 0.1;    // for steps rather than prose
constexpr double enough_added = 0.6;   // of what the title lacks
constexpr double same_question = 0.85; // of the question, in one that the text asks itself
constexpr double same_words = 0.7;     // of the words of that one, in the question

std::set<std::string> heading_terms(const std::string& heading, analyzer& words, const question_focus& focus) {
  auto said = words.terms(heading);
  std::set<std::string> out{said.begin(), said.end()};
  focus.compounds.complete(said, out);
  return out;
}

/// Headings below which a page says how the thing in its title is done.
bool heads_steps(const std::string& heading) {
  static const word_set said{"preparation", "instructions", "steps",       "usage",     "installation", "method",
                             "procedure",   "directions",   "zubereitung", "anleitung", "schritte"};
  return said.contains(lower(heading));
}

/// Where a section says what it is for: its first item, or the first sentence in the form that is asked for.
std::optional<std::size_t> first_said(const evidence_page& page, const page_units& cut, std::size_t section,
                                      const question_focus& focus) {
  auto form_tells = focus.kind == question_kind::who || focus.kind == question_kind::when || focus.shape.value
                    || focus.kind == question_kind::why || focus.kind == question_kind::where;
  for (std::size_t i = 0; i < cut.units.size(); ++i) {
    auto& u = cut.units[i];
    if (u.section != section || (u.form != unit_form::sentence && u.form != unit_form::item))
      continue;
    auto text = unit_text(page, u);
    auto fits = form_tells ? answer_form(focus, text) >= 0.5 : u.form == unit_form::item || !is_scrap(text);
    if (fits && !leans_back(text))
      return i;
  }
  return std::nullopt;
}

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

std::optional<unit_place> headed_start(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                       const question_focus& focus, analyzer& words, const selector& taken) {
  std::optional<unit_place> best;
  double best_value = 0;
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t s = 0; s < cut[p].sections.size(); ++s) {
      auto above = cut[p].sections[s].terms;
      above.insert(cut[p].title_terms.begin(), cut[p].title_terms.end());
      auto value = covered(focus, above) - 0.003 * static_cast<double>(p);
      auto& named = cut[p].sections[s].heading;
      auto to_do = focus.kind == question_kind::how_to;
      auto heading = to_do && heads_steps(named) ? 1 : covered(focus, heading_terms(named, words, focus));
      auto untitled = 1 - covered(focus, cut[p].title_terms);
      auto adds = untitled > 0.05 && covered(focus, above) - (1 - untitled) >= enough_added * untitled;
      if (value < enough_above || (heading < enough_heading && !adds))
        continue;
      auto first = to_do ? first_to_do(pages[p], cut[p], s, focus) : first_said(pages[p], cut[p], s, focus);
      if (!first || taken.used({p, *first}))
        continue;
      auto steps = cut[p].units[*first].numbered ? steps_count : 0;
      if (value + steps <= best_value)
        continue;
      best_value = value + steps;
      best = unit_place{p, *first};
    }
  return best;
}

std::optional<unit_place> asked_in_text(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                        const question_focus& focus, analyzer& words, const selector& taken) {
  std::optional<unit_place> best;
  double best_value = same_question;
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t s = 0; s < cut[p].sections.size(); ++s) {
      auto& heading = cut[p].sections[s].heading;
      if (!has_question_mark(heading))
        continue;
      auto terms = asked_terms(heading, words);
      auto shared = std::count_if(terms.begin(), terms.end(), [&](auto& t) { return focus.terms.contains(t); });
      auto about = heading_terms(heading, words, focus);
      if (covered(focus, about) < enough_heading)
        continue;
      about.insert(cut[p].title_terms.begin(), cut[p].title_terms.end());
      auto value = covered(focus, about);
      if (value < best_value || static_cast<double>(shared) < same_words * static_cast<double>(terms.size()))
        continue;
      auto& units = cut[p].units;
      auto first = std::find_if(units.begin(), units.end(), [s](auto& u) { return u.section == s; });
      unit_place x{p, static_cast<std::size_t>(first - units.begin())};
      auto said = first != units.end() && (first->form == unit_form::sentence || first->form == unit_form::item);
      if (!said || taken.used(x))
        continue;
      best_value = value;
      best = x;
    }
  return best;
}

} // namespace troupe
