#include "actors/research/select.hpp"

#include <algorithm>
#include <map>

#include "actors/research/sentence_shape.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_code = 1500;
constexpr std::size_t most_items = 8;

double shared(const std::set<std::string>& a, const std::set<std::string>& b) {
  return static_cast<double>(std::count_if(a.begin(), a.end(), [&b](const std::string& t) { return b.contains(t); }));
}

/// Questions that a formula or a command can answer.
bool formula_helps(question_kind x) {
  return x == question_kind::how || x == question_kind::how_to || x == question_kind::how_many
         || x == question_kind::when || x == question_kind::what;
}

} // namespace

// -- scores ---------------------------------------------------------------------------------------------------------

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
    if (u.terms.contains(t))
      own += w, context += w;
    else if (beside(x.unit - 1, t) || beside(x.unit + 1, t))
      context += 0.5 * w;
    else if (page.sections[u.section].terms.contains(t) || page.title_terms.contains(t))
      context += 0.4 * w;
  }
  if (own < 0.2 || (own < 0.34 && context < 0.7))
    return 0.3 * context;
  auto sentence = text(x);
  auto score = 0.55 * own + 0.35 * context + 0.2 * hit;
  if (context >= 0.35)
    score +=
      0.25 * answer_form(focus, sentence) + (own >= 0.25 && formula_helps(focus.kind) && near_formula(x) ? 0.2 : 0);
  if (u.form == unit_form::row || u.form == unit_form::code)
    score *= 0.6;
  else if (is_scrap(sentence) && u.form == unit_form::sentence)
    score *= 0.2;
  if (!focus.named.empty() && shared(focus.named, u.terms) + shared(focus.named, page.title_terms) == 0)
    score *= 0.6; // speaks of something with another name
  return score - 0.0006 * static_cast<double>(std::max<std::size_t>(sentence.size(), 200) - 200);
}

selector::score_table selector::score(const question_focus& focus, const std::vector<passage_hit>& hits) const {
  std::map<document_id, std::vector<const passage_hit*>> of_page;
  for (auto& hit : hits)
    of_page[hit.document].push_back(&hit);
  score_table out(pages_.size());
  for (std::size_t p = 0; p < pages_.size(); ++p) {
    auto& near = of_page[pages_[p].content.id];
    for (std::size_t i = 0; i < cut_[p].units.size(); ++i) {
      auto& u = cut_[p].units[i];
      double hit = 0;
      for (auto* h : near)
        if (h->found.start < u.end && h->found.end > u.start)
          hit = std::max(hit, h->score);
      out[p].push_back(score_unit(focus, {p, i}, hit));
    }
  }
  return out;
}

/// Announces a formula or code, or stands just before the sentence that does.
bool selector::near_formula(unit_place x) const {
  auto& units = cut_[x.page].units;
  auto announces = [&](std::size_t i) {
    return i + 1 < units.size() && leads_in(text({x.page, i})) && units[i + 1].form == unit_form::code
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
  return !leans_back(s) && !is_scrap(s) && !continues(s);
}

bool selector::takeable(unit_place x) const { return !used_.contains(x) && !said(at(x).terms); }

/// The best sentence of the best section: one good sentence among others that fit beats a lone one.
std::optional<unit_place> selector::best_lead(const score_table& scores, double at_least,
                                              const question_focus* form_of) const {
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
      if (scores[p][i] < at_least || (form_of != nullptr && answer_form(*form_of, text({p, i})) < 0.5)
          || scores[p][i] + 0.5 < best || !stands_alone({p, i}) || !takeable({p, i}))
        continue;
      auto& xs = of_section[at({p, i}).section];
      double around = 0;
      for (std::size_t k = 0; k < std::min<std::size_t>(xs.size(), 5); ++k)
        around += xs[k];
      auto value = scores[p][i] + 0.1 * around;
      if (leads_in(text({p, i}))) // a formula is better with a sentence before it; a list is an answer itself
        value += chain_end({p, i}) > i + 2 ? 0.05 : -0.15;
      if (value > best) {
        best = value;
        lead = unit_place{p, i};
      }
    }
  }
  return lead;
}

/// The sentence that announces the list an item stands in; the item itself when there is none.
unit_place selector::list_start(unit_place x) const {
  auto& units = cut_[x.page].units;
  auto i = x.unit;
  while (i > 0 && units[i].form == unit_form::item && units[i - 1].section == units[x.unit].section
         && x.unit - i < most_items)
    --i;
  unit_place start{x.page, i};
  return i < x.unit && units[i].form == unit_form::sentence && leads_in(text(start)) && takeable(start)
             && chain_end(start) > x.unit
           ? start
           : x;
}

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

draft_citation selector::cite(unit_place x, std::size_t skip) const {
  auto& u = at(x);
  auto start = u.start + static_cast<std::uint32_t>(skip);
  return {x.page, start, u.end, pages_[x.page].content.text.substr(start, u.end - start)};
}

/// One past the last unit that belongs to a lead-in: its code or its list. The lead-in itself when there is neither.
std::size_t selector::chain_end(unit_place x) const {
  auto& units = cut_[x.page].units;
  auto end = x.unit + 1;
  if (end >= units.size() || units[end].section != at(x).section || units[end].block == at(x).block)
    return end;
  if (units[end].form == unit_form::code)
    return units[end].end - units[end].start <= longest_code ? end + 1 : end;
  while (end < units.size() && units[end].form == unit_form::item && units[end].section == at(x).section
         && end - x.unit <= most_items)
    ++end;
  return end;
}

void selector::add(unit_place x, bool after_previous, std::vector<draft_part>& parts) {
  auto& u = at(x);
  auto raw = std::string_view{pages_[x.page].content.text}.substr(u.start, u.end - u.start);
  auto skip = after_previous ? 0 : leading_connective(raw);
  auto item = u.form == unit_form::item;
  auto form = item ? part_form::list : part_form::paragraph;
  auto joins = !parts.empty() && parts.back().form == form && (item || part_block_ == u.block);
  if (!joins)
    parts.push_back({form, {}});
  draft_claim claim;
  claim.text = item ? collapse_space(raw) : as_statement(raw.substr(skip));
  if (continues(raw) && !item)
    claim.text = collapse_space(raw);
  claim.citations.push_back(cite(x, skip));
  bytes_ += claim.text.size();
  ++taken_;
  parts.back().claims.push_back(std::move(claim));
  part_block_ = u.block;
  remember(x);
  previous_ = x;
}

/// A lead-in with what it announces, and the continuation of a formula ("where …").
void selector::add_chain(unit_place x, std::vector<draft_part>& parts) {
  auto end = chain_end(x);
  auto& units = cut_[x.page].units;
  add(x, follows_last(x), parts);
  if (end == x.unit + 2 && units[x.unit + 1].form == unit_form::code) {
    auto& claim = parts.back().claims.back();
    auto place = cite({x.page, x.unit + 1});
    claim.code = place.quote;
    claim.citations.push_back(std::move(place));
    used_.insert({x.page, x.unit + 1});
    previous_ = unit_place{x.page, x.unit + 1};
    part_block_ = units[x.unit + 1].block;
    if (end < units.size() && units[end].opens && units[end].form == unit_form::sentence
        && continues(text({x.page, end})) && !used_.contains({x.page, end}))
      add({x.page, end}, true, parts);
    return;
  }
  for (auto i = x.unit + 1; i < end; ++i)
    if (!used_.contains({x.page, i}))
      add({x.page, i}, true, parts);
}

/// Adds a unit if it can stand where it would stand. False when it can't.
bool selector::try_add(unit_place x, std::vector<draft_part>& parts) {
  auto& u = at(x);
  auto s = text(x);
  auto follows = follows_last(x);
  if (!takeable(x) || (u.form == unit_form::sentence && is_scrap(s)) || u.form == unit_form::code
      || u.form == unit_form::row || u.form == unit_form::term)
    return false;
  if (leads_in(s)) {
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

std::vector<draft_part> selector::take(const question_focus& focus, const std::vector<passage_hit>& hits,
                                       const selection_limits& limits) {
  std::vector<draft_part> parts;
  auto scores = score(focus, hits);
  auto lead = best_lead(scores, limits.lead_at_least, limits.need_form ? &focus : nullptr);
  if (!lead)
    return parts;
  lead = list_start(*lead);
  taken_ = bytes_ = 0;
  previous_.reset();
  part_block_.reset();
  auto& of_page = scores[lead->page];
  auto top = of_page[lead->unit];
  auto lead_terms = at(*lead).terms;
  leads_in(text(*lead)) ? add_chain(*lead, parts) : add(*lead, false, parts);
  auto room = [&] { return taken_ < limits.claims && bytes_ < limits.bytes; };
  for (auto i = lead->unit + 1; i < of_page.size() && room(); ++i) {
    unit_place x{lead->page, i};
    if (at(x).section != at(*lead).section)
      break;
    auto formula = leads_in(text(x)) && chain_end(x) == i + 2 && at({x.page, i + 1}).form == unit_form::code;
    auto spoken_of = formula && (follows_last(x) || shared(at(x).terms, lead_terms) >= 2);
    if (spoken_of || of_page[i] >= limits.follow_share * top)
      try_add(x, parts);
  }
  if (room())
    add_before(*lead, scores, 0.8 * top, parts);
  return parts;
}

std::uint32_t selector::speaking_to(const question_focus& focus) const {
  return static_cast<std::uint32_t>(std::count_if(
    said_.begin(), said_.end(), [&focus](const std::set<std::string>& terms) { return covered(focus, terms) >= 0.5; }));
}

} // namespace troupe
