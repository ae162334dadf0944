#include "actors/research/select.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "actors/research/answer_form.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr double sure_grounded = 0.88;   // share of the question in the first sentence and about it
constexpr double sure_in_form = 0.8;     // the same for a sentence in the form of an answer
constexpr std::size_t most_in_chain = 6; // claims
constexpr double sure_procedure = 0.75;
constexpr double sure_apart = 2.5; // words between what the question names, for each of it
constexpr double sure_own = 0.5;   // and in the sentence alone

double shared(const std::set<std::string>& a, const std::set<std::string>& b) {
  return static_cast<double>(std::count_if(a.begin(), a.end(), [&b](const std::string& t) { return b.contains(t); }));
}

} // namespace

// -- taking ---------------------------------------------------------------------------------------------------------

bool selector::said(const std::set<std::string>& terms) const {
  if (terms.empty())
    return true;
  auto n = static_cast<double>(terms.size());
  return std::any_of(said_.begin(), said_.end(), [&](const std::set<std::string>& other) {
    auto both = shared(terms, other);
    return both / (n + static_cast<double>(other.size()) - both) > 0.65 || both / n > 0.85;
  });
}

void selector::remember(unit_place x) {
  used_.insert(x);
  said_.push_back(at(x).terms);
}

draft_citation selector::cite(unit_place x) const {
  auto& u = at(x);
  return {x.page, u.start, u.end, pages_[x.page].content.text.substr(u.start, u.end - u.start)};
}

void selector::add(unit_place x, bool after_previous, std::vector<draft_part>& parts) {
  auto& u = at(x);
  auto raw = std::string_view{pages_[x.page].content.text}.substr(u.start, u.end - u.start);
  auto skip = after_previous ? 0 : leading_connective(raw);
  auto item = u.form == unit_form::item;
  auto in_steps = item && after_previous && !parts.empty() && parts.back().form == part_form::steps;
  if (in_steps && (!u.numbered || u.depth > steps_depth_)) {
    add_to_step(x, parts.back().claims.back());
    return;
  }
  steps_depth_ = u.depth;
  auto form = u.numbered ? part_form::steps : item ? part_form::list : part_form::paragraph;
  auto joins = !parts.empty() && parts.back().form == form && (item || part_block_ == u.block);
  if (!joins)
    parts.push_back({form, {}, false});
  draft_claim claim;
  claim.text = item ? collapse_space(raw) : as_statement(raw.substr(skip));
  if (continues(raw) && !item)
    claim.text = collapse_space(raw);
  put_under_heading(x, claim);
  claim.citations.push_back(cite(x)); // the whole sentence, with the connective that the claim leaves out
  bytes_ += claim.text.size();
  ++taken_;
  parts.back().claims.push_back(std::move(claim));
  part_block_ = u.block;
  remember(x);
  shown_.push_back(x);
  previous_ = x;
}

/// What begins with a pronoun and doesn't follow what it speaks of says it below the heading it stands under.
void selector::put_under_heading(unit_place x, draft_claim& claim) const {
  auto& section = cut_[x.page].sections[at(x).section];
  if (at(x).form != unit_form::sentence || follows_last(x) || !starts_with_pronoun(text(x)) || !has_name(section))
    return;
  claim.context = section.heading;
  claim.citations.push_back(
    {x.page, section.heading_start, section.heading_end,
     pages_[x.page].content.text.substr(section.heading_start, section.heading_end - section.heading_start)});
}

/// A lead-in with what it announces, and the continuation of a formula ("where …").
void selector::add_chain(unit_place x, std::vector<draft_part>& parts) {
  auto end = chain_end(x);
  auto& units = cut_[x.page].units;
  add(x, follows_last(x), parts);
  if (end == x.unit + 2 && units[x.unit + 1].form == unit_form::code) {
    auto& claim = parts.back().claims.back();
    add_code({x.page, x.unit + 1}, claim);
    unit_place next{x.page, end};
    auto goes_on = end < units.size() && units[end].opens && units[end].form == unit_form::sentence
                   && continues(text(next)) && !used_.contains(next);
    if (goes_on && !leads_in(text(next)))
      add(next, true, parts);
    else if (goes_on && chain_end(next) > end + 1 && taken_ < most_in_chain) // "or, equivalently:" and its code
      add_chain(next, parts);
    return;
  }
  for (auto i = x.unit + 1; i < end; ++i)
    if (!used_.contains({x.page, i}))
      units[i].form == unit_form::code ? add_code({x.page, i}, parts.back().claims.back())
                                       : add({x.page, i}, true, parts);
}

/// Adds a unit if it can stand where it would stand. False when it can't.
bool selector::try_add(unit_place x, std::vector<draft_part>& parts) {
  auto& u = at(x);
  auto s = text(x);
  auto follows = follows_last(x);
  if (!takeable(x) || (u.form == unit_form::sentence && is_scrap(s)) || u.form == unit_form::code
      || u.form == unit_form::row || u.form == unit_form::term)
    return false;
  if (leads_in(s) && !u.numbered) {
    if (chain_end(x) == x.unit + 1)
      return false;
    add_chain(x, parts);
    return true;
  }
  if ((leans_back(s) || continues(s)) && !follows)
    return false;
  add(x, follows, parts);
  return true;
}

/// Strong sentences that stand before the lead in the source come after what followed it.
void selector::add_before(unit_place lead, const score_table& scores, double least, std::vector<draft_part>& parts) {
  std::size_t added = 0;
  for (std::size_t i = 0; i < lead.unit && added < 2; ++i)
    if (at({lead.page, i}).section == at(lead).section && scores[lead.page][i] >= least && stands_alone({lead.page, i})
        && try_add({lead.page, i}, parts))
      ++added;
}

bool selector::sure(const question_focus& focus, unit_place lead) const {
  if (at(lead).numbered && grounded(focus, lead) >= sure_procedure)
    return true; // steps say it all together, below the heading that says what they are for
  if (!focus.shape.counted.empty() && answer_form(focus, text(lead)) >= 1 && grounded(focus, lead) >= sure_grounded)
    return true; // the figure of just what is counted
  auto said = lead_terms(focus, lead);
  auto do_something = focus.kind == question_kind::how_to || focus.kind == question_kind::yes_no;
  if (do_something && spread(focus, at(lead).said) > sure_apart)
    return false; // the words of the question, but not what it says with them
  if (focus.kind == question_kind::how_to && answer_form(focus, text(lead)) < 0.5)
    return false;
  auto least = form_at(focus, lead) >= 0.9 ? sure_in_form : sure_grounded;
  return std::max(grounded(focus, lead), covered(focus, said)) >= least && covered(focus, said) >= sure_own;
}

/// The sentence before, in the same paragraph, says what to do.
bool selector::told_before(const question_focus& focus, unit_place x) const {
  if (x.unit == 0 || at(x).form != unit_form::sentence)
    return false;
  unit_place before{x.page, x.unit - 1};
  return at(before).block == at(x).block && answer_form(focus, text(before)) >= 1 && stands_alone(before)
         && takeable(before);
}

/// Whether the next sentence of the paragraph has what the lead lacks: the figure asked for, or words of the question.
bool selector::completes(const question_focus& focus, unit_place lead) const {
  constexpr double worth_it = 0.15;
  unit_place next{lead.page, lead.unit + 1};
  if (focus.shape.value && answer_form(focus, text(lead)) < 0.5 && answer_form(focus, text(next)) >= 0.5)
    return true;
  double more = 0;
  for (auto& [t, w] : focus.terms)
    more += w * std::max(0.0, held(focus, t, at(next).terms) - held(focus, t, at(lead).terms));
  return more >= worth_it;
}

std::vector<draft_part> selector::take(const question_focus& focus, const std::vector<passage_hit>& hits,
                                       const selection_limits& limits) {
  std::vector<draft_part> parts;
  auto scores = score(focus, hits);
  auto lead = limits.lead ? limits.lead : best_lead(scores, focus, limits);
  if (!lead)
    return parts;
  while (focus.kind == question_kind::how_to && told_before(focus, *lead))
    --lead->unit; // "Run this. It takes a minute.": what to do comes first
  auto start = list_start(*lead);
  if (at(*lead).numbered || scores[start.page][start.unit] >= 0.5 * scores[lead->page][lead->unit])
    lead = start; // the list as a whole is about it
  taken_ = bytes_ = 0;
  shown_.clear();
  previous_.reset();
  part_block_.reset();
  lead_sure_ = sure(focus, *lead);
  auto& of_page = scores[lead->page];
  auto top = of_page[lead->unit];
  auto lead_terms = at(*lead).terms;
  leads_in(text(*lead)) || at(*lead).numbered ? add_chain(*lead, parts) : add(*lead, false, parts);
  if (goes_on(*lead) && !leads_in(text(*lead)) && completes(focus, *lead))
    add({lead->page, lead->unit + 1}, true, parts);
  for (auto x : limits.then)
    if (takeable(x))
      add(x, true, parts);
  auto room = [&] { return taken_ < limits.claims && bytes_ < limits.bytes; };
  for (auto i = lead->unit + 1; i < of_page.size() && room(); ++i) {
    unit_place x{lead->page, i};
    if (at(x).section != at(*lead).section)
      break;
    auto formula = leads_in(text(x)) && chain_end(x) == i + 2 && is_formula(x.page, i + 1, focus.kind);
    auto spoken_of = formula && (follows_last(x) || shared(at(x).terms, lead_terms) >= 2);
    if (limits.whole_section || spoken_of || of_page[i] >= limits.follow_share * top)
      try_add(x, parts);
  }
  if (room())
    add_before(*lead, scores, 0.8 * top, parts);
  add_elsewhere(focus, *lead, scores, limits, parts);
  add_disagreeing(focus, parts);
  return parts;
}

std::uint32_t selector::speaking_to(const question_focus& focus) const {
  return static_cast<std::uint32_t>(std::count_if(
    said_.begin(), said_.end(), [&focus](const std::set<std::string>& terms) { return covered(focus, terms) >= 0.5; }));
}

} // namespace troupe
