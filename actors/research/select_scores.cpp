// Scores: how well each unit answers, and with which one the answer starts.
#include <algorithm>
#include <map>
#include <set>

#include "actors/research/answer_form.hpp"
#include "actors/research/select.hpp"
#include "actors/research/sentence_shape.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_label = 40;
constexpr std::size_t about = 2;      // units before and behind that tell what a sentence speaks of
constexpr double apart_costs = 0.012; // for each word between what the question names

/// Questions that a formula or a command can answer.
bool formula_helps(question_kind x) {
  return x == question_kind::how || x == question_kind::how_to || x == question_kind::how_many
         || x == question_kind::when || x == question_kind::what;
}

bool holds_each(const std::vector<name_words>& phrases, const std::string& sentence) {
  auto words = comparable(sentence);
  return std::all_of(phrases.begin(), phrases.end(), [&](const name_words& phrase) {
    return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
  });
}

bool holds_all(const std::set<std::string>& terms, const std::set<std::string>& wanted) {
  return std::includes(terms.begin(), terms.end(), wanted.begin(), wanted.end());
}

/// Announces a list of the reasons that were asked for.
bool gives_reasons(const question_focus& focus, const std::string& sentence) {
  return focus.kind == question_kind::why && sentence.find("reasons") != std::string::npos;
}

/// A label that is a proper name of the question.
bool names_asked(const question_focus& focus, const std::string& label) {
  auto words = split_words(lower(label));
  return !words.empty() && std::all_of(words.begin(), words.end(), [&](auto& w) {
    return std::any_of(focus.proper.begin(), focus.proper.end(), [&](auto& t) { return w.starts_with(t); });
  });
}

bool share_any(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&b](const std::string& t) { return b.contains(t); });
}

} // namespace

/// The form of a sentence; a figure may come with the next one ("There is a limit. It is between 250 and 1600.").
double selector::form_at(const question_focus& focus, unit_place x) const {
  auto form = answer_form(focus, text(x));
  if (form >= 0.5 || (!focus.shape.value && focus.kind != question_kind::who) || !goes_on(x))
    return form;
  return std::max(form, 0.8 * answer_form(focus, text({x.page, x.unit + 1})));
}

/// The next sentence stands in the same paragraph.
bool selector::goes_on(unit_place x) const {
  auto& units = cut_[x.page].units;
  return x.unit + 1 < units.size() && units[x.unit + 1].block == at(x).block
         && units[x.unit + 1].form == unit_form::sentence && text({x.page, x.unit + 1}).ends_with('.');
}

/// Own words count most, then those of the sentences beside it, of the headings above it, of the title.
double selector::score_unit(const question_focus& focus, unit_place x, double hit) const {
  auto& page = cut_[x.page];
  auto& u = page.units[x.unit];
  auto beside = [&](std::size_t i, const std::string& t) {
    return i < page.units.size() && page.units[i].section == u.section && page.units[i].terms.contains(t);
  };
  double own = 0;
  double context = 0;
  for (auto& [t, w] : focus.terms) {
    if (auto share = held(focus, t, u.terms); share > 0)
      own += share * w, context += share * w;
    else if (beside(x.unit - 1, t) || beside(x.unit + 1, t))
      context += 0.5 * w;
    else if (page.sections[u.section].terms.contains(t) || page.title_terms.contains(t))
      context += 0.4 * w;
  }
  if (own < 0.2 || (own < 0.34 && context < 0.5))
    return 0.3 * context;
  auto sentence = text(x);
  auto score = 0.55 * own + 0.35 * context + 0.2 * hit;
  if (context >= 0.35)
    score +=
      0.25 * form_at(focus, x) + (own >= 0.25 && formula_helps(focus.kind) && near_formula(x, focus.kind) ? 0.2 : 0);
  score -= apart_costs * std::min(spread(focus, u.said), 8.0);
  if (u.form == unit_form::row || u.form == unit_form::code)
    score *= 0.6;
  else if (u.form == unit_form::sentence && is_scrap(sentence) && !(leads_in(sentence) && chain_end(x) > x.unit + 1))
    score *= 0.2;
  if (!focus.named.empty() && !share_any(focus.named, u.terms) && !share_any(focus.named, page.title_terms))
    score *= 0.6; // speaks of something with another name
  if (auto note = sentence.find(": "); note < longest_label && names_asked(focus, sentence.substr(0, note)))
    score += 0.2; // "Ana: write the minutes" is said to her
  return score - 0.0006 * static_cast<double>(std::max<std::size_t>(sentence.size(), 200) - 200);
}

/// Retrieval speaks by rank: its scores mean different things from one query to the next.
selector::score_table selector::score(const question_focus& focus, const std::vector<passage_hit>& hits) const {
  std::map<document_id, std::vector<std::size_t>> of_page;
  for (std::size_t rank = 0; rank < hits.size(); ++rank)
    of_page[hits[rank].document].push_back(rank);
  score_table out(pages_.size());
  for (std::size_t p = 0; p < pages_.size(); ++p) {
    auto& near = of_page[pages_[p].content.id];
    for (std::size_t i = 0; i < cut_[p].units.size(); ++i) {
      auto& u = cut_[p].units[i];
      double hit = 0;
      for (auto rank : near)
        if (hits[rank].found.start < u.end && hits[rank].found.end > u.start)
          hit = std::max(hit, 1 - static_cast<double>(rank) / static_cast<double>(hits.size() + 1));
      out[p].push_back(score_unit(focus, {p, i}, hit));
    }
  }
  return out;
}

/// A short statement with an equals sign; for somebody who wants to do something, any code.
bool selector::is_formula(std::size_t page, std::size_t i, question_kind kind) const {
  auto& units = cut_[page].units;
  if (i >= units.size() || units[i].form != unit_form::code)
    return false;
  auto code = std::string_view{pages_[page].content.text}.substr(units[i].start, units[i].end - units[i].start);
  auto short_one = code.size() <= 300 && std::count(code.begin(), code.end(), '\n') <= 3;
  return kind == question_kind::how_to || (short_one && code.find('=') != std::string_view::npos);
}

/// Announces a formula, or stands just before the sentence that does.
bool selector::near_formula(unit_place x, question_kind kind) const {
  auto& units = cut_[x.page].units;
  auto announces = [&](std::size_t i) {
    return i < units.size() && leads_in(text({x.page, i})) && is_formula(x.page, i + 1, kind)
           && units[i + 1].section == units[x.unit].section;
  };
  auto next = x.unit + 1;
  return announces(x.unit) || (next < units.size() && units[next].block == units[x.unit].block && announces(next));
}

bool selector::stands_alone(unit_place x) const {
  auto& u = at(x);
  if (u.form != unit_form::sentence && u.form != unit_form::item)
    return false;
  auto s = text(x);
  auto announces = leads_in(s) && chain_end(x) > x.unit + 1; // "Install steps:" is no scrap
  auto quantity = u.form == unit_form::item && s[0] >= '0' && s[0] <= '9';
  auto scrap = !quantity && is_scrap(u.form == unit_form::item ? s + "." : s);   // items often end in nothing
  return !leans_back(s) && (announces || u.numbered || !scrap) && !continues(s); // a step may be short
}

/// Share of the question that a sentence holds where it stands: its own words, its neighbours', those of the headings
/// above it.
double selector::grounded(const question_focus& focus, unit_place x) const {
  auto& page = cut_[x.page];
  auto& u = page.units[x.unit];
  double sum = 0;
  for (auto& [t, w] : focus.terms) {
    auto best = std::max({held(focus, t, u.terms), 0.9 * held(focus, t, page.sections[u.section].terms),
                          0.9 * held(focus, t, page.title_terms)});
    for (auto i = x.unit - std::min(x.unit, about); i < std::min(page.units.size(), x.unit + about + 1); ++i)
      if (page.units[i].section == u.section && (page.units[i].block == u.block || i + 1 >= x.unit))
        best = std::max(best, 0.9 * held(focus, t, page.units[i].terms));
    if (focus.proper.contains(t) && page.all_terms.contains(t)) // a page on a product doesn't name it in each sentence
      best = std::max(best, 0.9);
    sum += w * best;
  }
  return sum;
}

bool selector::takeable(unit_place x) const { return !used_.contains(x) && !said(at(x).terms); }

/// Terms of a sentence, of the next one, when that completes it ("It was designed by …"), and of the heading that it is
/// shown under.
std::set<std::string> selector::lead_terms(const question_focus& focus, unit_place x) const {
  auto out = at(x).terms;
  if (under_heading(focus, x)) {
    auto& heading = cut_[x.page].sections[at(x).section].heading_terms;
    out.insert(heading.begin(), heading.end());
  }
  if (goes_on(x) && completes(focus, x)) {
    auto& next = at({x.page, x.unit + 1}).terms;
    out.insert(next.begin(), next.end());
  }
  return out;
}

/// The score of a sentence with the next one, when that completes it.
double selector::lead_score(const question_focus& focus, unit_place x, double alone) const {
  if (!goes_on(x) || !completes(focus, x))
    return alone;
  auto both = covered(focus, lead_terms(focus, x));
  auto more = both - covered(focus, at(x).terms);
  return std::max(alone + 0.5 * more, 0.8 * both + 0.25 * form_at(focus, x) - 0.1);
}

/// Whether an answer may start with this sentence.
bool selector::can_lead(const question_focus& focus, unit_place x, double score, const selection_limits& limits) const {
  auto shaped = !limits.need_form || form_at(focus, x) >= 0.5;
  if (score < limits.lead_at_least || !shaped || grounded(focus, x) < limits.grounded_at_least)
    return false;
  if (focus.kind == question_kind::who && !holds_all(lead_terms(focus, x), focus.proper)
      && !holds_all(cut_[x.page].title_terms, focus.proper))
    return false; // its author, not just any
  return holds_each(limits.phrases, text(x));
}

/// What a sentence is worth as the first: its score, how central it is, and the best of its section's `scores`: one
/// good sentence among others that fit, below a heading that names what is asked about, beats a lone one.
double selector::lead_value(const question_focus& focus, unit_place x, double score,
                            const std::vector<double>& section) const {
  double around = 0;
  for (std::size_t k = 0; k < std::min<std::size_t>(section.size(), 5); ++k)
    around += section[k];
  auto value = score + 0.1 * around + 0.2 * covered(focus, cut_[x.page].sections[at(x).section].terms);
  if (leads_in(text(x))) // a formula is better with a sentence before it; a list is an answer itself
    value += chain_end(x) <= x.unit + 2 ? -0.15 : gives_reasons(focus, text(x)) ? 0.25 : 0.05;
  return stands_alone(x) ? value : ranking.leaning * value;
}

std::optional<unit_place> selector::best_lead(const score_table& scores, const question_focus& focus,
                                              const selection_limits& limits) const {
  std::optional<unit_place> lead;
  double best = 0;
  for (std::size_t p = 0; p < scores.size(); ++p) {
    std::map<std::size_t, std::vector<double>> of_section;
    for (std::size_t i = 0; i < scores[p].size(); ++i)
      if (at({p, i}).form != unit_form::code)
        of_section[at({p, i}).section].push_back(scores[p][i]);
    for (auto& [section, xs] : of_section)
      std::sort(xs.rbegin(), xs.rend());
    for (std::size_t i = 0; i < scores[p].size(); ++i) {
      unit_place x{p, i};
      if ((!stands_alone(x) && !under_heading(focus, x)) || !takeable(x))
        continue;
      auto score = lead_score(focus, x, scores[p][i]);
      if (!can_lead(focus, x, score, limits))
        continue;
      if (auto value = lead_value(focus, x, score, of_section[at(x).section]); value > best) {
        best = value;
        lead = x;
      }
    }
  }
  return lead;
}

} // namespace troupe
