#include "actors/research/entries.hpp"

#include <algorithm>
#include <set>

#include "actors/research/answer_form.hpp"
#include "actors/research/definition.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/settings.hpp"
#include "actors/research/table_rows.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr double enough = 0.8;          // of the question, in the entry and above it
constexpr double enough_itself = 0.5;   // in the entry alone, where a figure tells that it answers
constexpr double enough_without = 0.85; // the same without a figure
constexpr double enough_in_row = 0.3;   // in the cells of a row, without the names of its columns
constexpr double listed_about = 0.7;    // of the question, in the headings over a list
constexpr std::size_t longest_row = 500;

/// Questions that an entry of a list can answer; rows, which name their columns, can answer more.
bool entries_answer(const question_focus& x) {
  return x.shape.value || !x.shape.property.empty() || x.kind == question_kind::how_to
         || x.kind == question_kind::where;
}

/// The name of the row or the entry is made of words of the question.
bool only_asked(const std::string& name, const question_focus& focus, analyzer& words) {
  auto terms = words.terms(name.substr(0, name.find('(')));
  return !terms.empty()
         && std::all_of(terms.begin(), terms.end(), [&](const std::string& t) { return focus.terms.contains(t); });
}

} // namespace

std::optional<draft_claim> answering_entry(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                           const question_focus& focus, analyzer& words, selector& taken) {
  std::optional<draft_claim> best;
  unit_place place;
  double best_value = 0;
  auto figure_or_steps = focus.shape.value || focus.kind == question_kind::how_to;
  auto least = focus.shape.value || !focus.property.empty() ? enough_itself : enough_without;
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t i = 0; i < cut[p].units.size(); ++i) {
      auto& u = cut[p].units[i];
      auto row = u.form == unit_form::row && u.end - u.start <= longest_row && u.header_end != u.end;
      auto entry = u.form == unit_form::term && entries_answer(focus) && !focus.shape.defines;
      if ((!row && !entry) || taken.used({p, i}))
        continue;
      auto claim = row ? row_claim(pages[p], p, u) : term_claim(pages[p], u, {p, i});
      auto in_columns = claim.citations.size() > 1; // the second cites their names
      if (claim.text.empty() || claim.citations.empty() || (row && !in_columns && !figure_or_steps))
        continue;
      std::set<std::string> own;
      for (auto* text : {&claim.name, &claim.text})
        for (auto& t : words.terms(*text))
          own.insert(t);
      auto column_names = own;
      for (auto& t : words.terms(row_header(pages[p], u)))
        column_names.insert(t);
      auto itself = covered(focus, row ? column_names : own);
      if (row && covered(focus, own) < enough_in_row)
        continue; // the names of columns alone answer nothing
      auto with = row ? column_names : own;
      with.insert(cut[p].sections[u.section].terms.begin(), cut[p].sections[u.section].terms.end());
      with.insert(cut[p].title_terms.begin(), cut[p].title_terms.end());
      for (auto& t : focus.proper)
        if (cut[p].all_terms.contains(t))
          with.insert(t);
      auto has_property = std::all_of(focus.property.begin(), focus.property.end(),
                                      [&](auto& t) { return held(focus, t, column_names) > 0; });
      auto apart = spread(focus, words.terms(claim.text));
      auto asked_name = only_asked(claim.name, focus, words);
      auto value = 0.6 * itself + 0.4 * covered(focus, with) + (asked_name ? 0.25 : 0) - 0.003 * static_cast<double>(p)
                   - 0.0003 * static_cast<double>(claim.text.size()) - 0.02 * apart;
      if (!has_property || itself < (asked_name ? enough_itself : least)
          || covered(focus, with) < (asked_name ? 0.7 : enough) || value <= best_value)
        continue;
      if ((focus.kind == question_kind::how_to && apart > 2) || (focus.shape.defines && !asked_name))
        continue;
      if (focus.kind == question_kind::where && answer_form(focus, claim.text) < 0.5)
        continue;
      if ((focus.shape.value || focus.shape.date) && answer_form(focus, claim.name + " " + claim.text) < 0.5)
        continue;
      best_value = value;
      best = std::move(claim);
      place = {p, i};
    }
  if (best)
    taken.remember(place);
  return best;
}

namespace {

/// Whether a section lists what was asked for: its heading names just that, or the end of it where the page is about
/// the rest ("marlin ports": the section Ports of a page on Marlin).
bool lists(const question_focus& focus, const section_path& section, const std::set<std::string>& about) {
  if (covered(focus, about) < listed_about)
    return false;
  auto& name = focus.shape.listed.empty() ? focus.shape.name : focus.shape.listed;
  if (!focus.shape.listed.empty() || focus.kind != question_kind::topic)
    return is_headed(name, section.heading);
  return name.size() > 1 && is_headed({name.end() - 1, name.end()}, section.heading);
}

} // namespace

draft_part listed_entries(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                          const question_focus& focus, std::size_t most, selector& taken) {
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t s = 0; s < cut[p].sections.size(); ++s) {
      auto about = cut[p].sections[s].terms;
      about.insert(cut[p].title_terms.begin(), cut[p].title_terms.end());
      if (!lists(focus, cut[p].sections[s], about))
        continue;
      draft_part part{part_form::terms, {}, false};
      std::vector<unit_place> places;
      for (std::size_t i = 0; i < cut[p].units.size() && part.claims.size() < most; ++i) {
        auto& u = cut[p].units[i];
        auto row = u.form == unit_form::row && u.header_end > u.header_start && u.end - u.start <= longest_row;
        if (u.section != s || (u.form != unit_form::term && !row) || taken.used({p, i}))
          continue;
        auto claim = row ? row_claim(pages[p], p, u) : term_claim(pages[p], u, {p, i});
        if (claim.citations.empty() || (row && claim.name.empty()))
          continue;
        part.claims.push_back(std::move(claim));
        places.push_back({p, i});
      }
      if (part.claims.size() < 2)
        continue;
      for (auto x : places)
        taken.remember(x);
      return part;
    }
  return {part_form::terms, {}, false};
}

} // namespace troupe
