#include "actors/research/sides.hpp"

#include <algorithm>
#include <map>

#include "actors/research/definition.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/settings.hpp"
#include "actors/research/table_rows.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_rows = 8;
constexpr std::size_t longest_row = 500;    // bytes
constexpr std::size_t longest_second = 300; // bytes of a sentence that goes on

/// Which cells are called what the question compares; the same one can't stand for both.
struct both_at {
  std::size_t first = 0;
  std::size_t second = 0;
};

std::optional<both_at> find_both(const question_focus& asked, const std::vector<std::string>& cells) {
  auto headed = [&](std::size_t side) {
    auto it =
      std::find_if(cells.begin(), cells.end(), [&](auto& cell) { return is_headed(asked.shape.compared[side], cell); });
    return static_cast<std::size_t>(it - cells.begin());
  };
  both_at out{headed(0), headed(1)};
  return out.first == out.second || std::max(out.first, out.second) >= cells.size() ? std::nullopt : std::optional{out};
}

std::vector<std::string> cells_at(const evidence_page& page, const unit& u) {
  return cells_of(std::string_view{page.content.text}.substr(u.start, u.end - u.start));
}

bool is_row(const unit& u) {
  return u.form == unit_form::row && u.header_end > u.header_start && u.end - u.start <= longest_row;
}

/// The rows of tables with a column for each side, where the two differ.
draft_part by_columns(const evidence_page& page, std::size_t p, const page_units& cut, const question_focus& asked,
                      selector& taken) {
  draft_part part{part_form::terms, {}, false};
  for (std::size_t i = 0; i < cut.units.size() && part.claims.size() < most_rows; ++i) {
    auto& u = cut.units[i];
    if (!is_row(u))
      continue;
    auto names = cells_of(row_header(page, u));
    auto both = find_both(asked, names);
    auto cells = cells_at(page, u);
    if (!both || both->first == 0 || both->second == 0 || std::max(both->first, both->second) >= cells.size())
      continue;
    auto& first = cells[both->first];
    auto& second = cells[both->second];
    if (first == second || first.empty() || second.empty() || cells[0].empty())
      continue;
    auto claim = row_claim(page, p, u); // for what it cites
    claim.name = cells[0];
    claim.text = names[both->first] + ": " + first + "; " + names[both->second] + ": " + second;
    part.claims.push_back(std::move(claim));
    taken.remember({p, i});
  }
  return part;
}

/// Two rows of one table.
draft_part by_rows(const evidence_page& page, std::size_t p, const page_units& cut, const question_focus& asked,
                   selector& taken) {
  draft_part part{part_form::terms, {}, false};
  std::map<std::uint32_t, std::vector<std::size_t>> tables; // units by the place of the header
  for (std::size_t i = 0; i < cut.units.size(); ++i)
    if (is_row(cut.units[i]))
      tables[cut.units[i].header_start].push_back(i);
  for (auto& [header, rows] : tables) {
    std::vector<std::string> firsts;
    for (auto i : rows)
      firsts.push_back(cells_at(page, cut.units[i]).front());
    auto both = find_both(asked, firsts);
    if (!both)
      continue;
    for (auto at : {both->first, both->second}) {
      part.claims.push_back(row_claim(page, p, cut.units[rows[at]]));
      taken.remember({p, rows[at]});
    }
    return part;
  }
  return part;
}

/// The units that say what a side is: the definition and what goes on from it in the same paragraph. The line of a
/// title says it alone.
std::vector<std::size_t> told_by(const evidence_page& page, const page_units& cut, const definition_found& found) {
  std::vector<std::size_t> out{found.unit};
  auto next = found.unit + 1;
  if (!found.then.empty() || next >= cut.units.size() || cut.units[next].block != cut.units[found.unit].block)
    return out;
  auto text = unit_text(page, cut.units[next]);
  if (cut.units[next].form == unit_form::sentence && !is_scrap(text) && !leads_in(text)
      && text.size() <= longest_second)
    out.push_back(next);
  return out;
}

/// What one side is: an entry of a list of terms when it says it better than any sentence.
std::optional<draft_claim> side_of(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                   const question_focus& focus, const std::string& name, analyzer& words,
                                   selector& taken) {
  auto found = best_definition(focus, pages, cut);
  auto claim = define_subject(pages, cut, focus, words, found ? found->value : 0, taken);
  if (!claim && found) {
    claim = draft_claim{};
    auto& page = pages[found->page];
    for (auto i : told_by(page, cut[found->page], *found)) {
      auto& u = cut[found->page].units[i];
      auto raw = page.content.text.substr(u.start, u.end - u.start);
      auto first = claim->text.empty();
      if (taken.used({found->page, i}) || (first && starts_with_pronoun(raw)))
        return std::nullopt;
      auto titled = !found->then.empty(); // "git-rebase - Reapply commits …" is no sentence
      claim->text += titled  ? collapse_space(raw)
                     : first ? as_statement(std::string_view{raw}.substr(leading_connective(raw)))
                             : " " + as_statement(raw);
      claim->citations.push_back({found->page, u.start, u.end, raw});
      taken.remember({found->page, i});
    }
  }
  if (claim)
    claim->name = name;
  return claim;
}

} // namespace

draft_part sides_in_table(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                          const question_focus& asked, selector& taken) {
  if (asked.shape.compared.size() == 2)
    for (std::size_t p = 0; p < pages.size(); ++p)
      for (auto* by : {&by_columns, &by_rows})
        if (auto part = by(pages[p], p, cut[p], asked, taken); !part.claims.empty())
          return part;
  return {part_form::terms, {}, false};
}

draft_part defined_sides(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                         const std::array<const question_focus*, 2>& each, const std::vector<std::string>& names,
                         analyzer& words, selector& taken) {
  auto both = [&](selector& from) {
    draft_part part{part_form::terms, {}, false};
    for (std::size_t i = 0; i < each.size(); ++i)
      if (auto claim = side_of(pages, cut, *each[i], names[i], words, from))
        part.claims.push_back(std::move(*claim));
    return part;
  };
  auto trial = taken; // of one side alone nothing counts as taken
  if (names.size() < each.size() || both(trial).claims.size() < each.size())
    return {part_form::terms, {}, false};
  return both(taken);
}

} // namespace troupe
