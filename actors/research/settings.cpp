#include "actors/research/settings.hpp"

#include <algorithm>
#include <set>

#include "actors/embed/chunker.hpp"
#include "actors/research/definition.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

/// A term unit, taken apart.
struct explained {
  unit_place place;
  std::string name;       ///< first word of the term line: what text calls it
  std::string line;       ///< the whole term line
  std::uint32_t body = 0; ///< where its explanation starts
  std::size_t order = 0;
};

constexpr double listed_at_least = 0.6;      // of the question, in the first sentence on a setting
constexpr std::size_t longest_opening = 400; // bytes of it that are looked at

bool names_a_thing(const std::string& name) { return name.size() > 3 && name.find('_') != std::string::npos; }

std::optional<explained> take_apart(const evidence_page& page, const unit& u, unit_place place) {
  auto text = std::string_view{page.content.text}.substr(u.start, u.end - u.start);
  auto line_end = text.find('\n');
  if (u.form != unit_form::term || line_end == std::string_view::npos || line_end + 10 > text.size())
    return std::nullopt;
  auto line = collapse_space(text.substr(0, line_end));
  auto ws = split_words(line);
  if (ws.empty() || line.size() > 120)
    return std::nullopt;
  auto body = text.find_first_not_of(" \n", line_end);
  if (body == std::string_view::npos)
    return std::nullopt;
  return explained{place, std::string{trim_punctuation(ws[0])}, line, u.start + static_cast<std::uint32_t>(body), 0};
}

/// The first sentence of an explanation, and the one that gives the default.
draft_claim explain(const evidence_page& page, const unit& u, const explained& x, bool at_length = false) {
  constexpr std::size_t length = 420; // bytes of a definition that goes on
  draft_claim claim;
  claim.name = x.line;
  auto body = std::string_view{page.content.text}.substr(x.body, u.end - x.body);
  std::size_t n = 0;
  auto adjacent = false;
  for (auto [start, end] : sentences(body, page.content.language)) {
    auto sentence = body.substr(start, end - start);
    if (n == 0 && is_scrap(sentence))
      return {}; // an entry of an index or a bare expansion explains nothing
    auto tells_default = sentence.find("default") != std::string_view::npos;
    auto goes_on = at_length && n == 1 && end < length && !is_scrap(sentence) && !leads_in(sentence);
    auto wanted = n == 0 || goes_on || (tells_default && sentence.size() < 200 && claim.citations.size() < 2);
    if (wanted) {
      auto a = n == 0 ? u.start : x.body + start; // with the name: a value without it says nothing
      auto b = x.body + end;
      if (adjacent)
        claim.citations.back().end = b;
      else
        claim.citations.push_back({x.place.page, a, b, {}});
      claim.text += (claim.text.empty() ? "" : " ") + as_statement(sentence);
    }
    adjacent = wanted;
    if (++n >= 6)
      break;
  }
  for (auto& place : claim.citations)
    place.quote = page.content.text.substr(place.start, place.end - place.start);
  return claim;
}

/// Whether a term line names what the question is about: all of its words, or its short form in parentheses. A line
/// that is only a part of the question will do where the explanation holds nearly all of the rest.
bool names_subject(const std::string& line, const std::set<std::string>& explanation, const question_focus& focus,
                   analyzer& words) {
  auto enough = covered(focus, explanation) >= 0.9 ? 0.15 : 0.4;
  auto paren = line.find('(');
  auto inside = paren == std::string::npos ? std::string{} : line.substr(paren + 1, line.find(')', paren) - paren - 1);
  auto all_asked = [&](const std::string& text) {
    auto terms = words.terms(text);
    double weight = 0;
    for (auto& t : std::set<std::string>(terms.begin(), terms.end())) {
      auto it = focus.terms.find(t);
      if (it == focus.terms.end())
        return false;
      weight += it->second;
    }
    return weight >= enough;
  };
  return all_asked(line.substr(0, paren)) || (!inside.empty() && split_words(line).size() <= 8 && all_asked(inside));
}

/// How sure it is that an entry of this line is the thing asked about and not one that has its name elsewhere.
double entry_value(const std::string& line, const std::string& title, const question_focus& focus) {
  if (line.starts_with('-')) // an option that has the name of something
    return -1;
  if (!focus.shape.defines)
    return 1;
  auto& name = focus.shape.name;
  for (std::size_t cut = 1; cut < name.size(); ++cut) { // "EXPLAIN ANALYZE": the entry ANALYZE on the page EXPLAIN
    auto middle = name.begin() + static_cast<std::ptrdiff_t>(cut);
    if (is_headed({middle, name.end()}, line) && is_headed({name.begin(), middle}, title))
      return 1;
  }
  auto shouted = std::none_of(line.begin(), line.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  auto asked_so = std::any_of(focus.shouted.begin(), focus.shouted.end(),
                              [&line](const std::string& w) { return line.find(w) != std::string::npos; });
  auto just_this = is_headed(focus.shape.name, line)
                   || comparable(line.substr(std::min(line.find('('), line.size()))) == focus.shape.name;
  return just_this && (!shouted || asked_so) ? 1.1 : 0;
}

/// Terms of an entry's name and of the first sentence on it.
std::set<std::string> opening_terms(const evidence_page& page, const explained& x, analyzer& words) {
  auto body = std::string_view{page.content.text}.substr(x.body, longest_opening);
  auto end = body.find(". ");
  std::set<std::string> out;
  for (auto& t : words.terms(x.line + " " + std::string{body.substr(0, end)}))
    out.insert(t);
  return out;
}

} // namespace

draft_part explain_terms(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                         const std::string& mentioned, const question_focus* listed, std::size_t most, analyzer& words,
                         selector& taken) {
  std::vector<explained> found;
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t i = 0; i < cut[p].units.size(); ++i) {
      auto x = take_apart(pages[p], cut[p].units[i], {p, i});
      if (!x)
        continue;
      auto at = names_a_thing(x->name) ? mentioned.find(x->name) : std::string::npos;
      auto after = at == std::string::npos ? ' ' : mentioned[std::min(at + x->name.size(), mentioned.size() - 1)];
      auto whole = at != std::string::npos && after != '_' && !(after >= 'a' && after <= 'z');
      auto about =
        listed != nullptr && names_a_thing(x->name) ? covered(*listed, opening_terms(pages[p], *x, words)) : 0;
      x->order = whole ? at : mentioned.size() + static_cast<std::size_t>((1 - about) * 1000) * 100 + found.size();
      auto twice = std::any_of(found.begin(), found.end(), [&](auto& other) { return other.name == x->name; });
      if ((whole || about >= listed_at_least) && !twice && !taken.used(x->place))
        found.push_back(std::move(*x));
    }
  std::stable_sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.order < b.order; });
  draft_part part{part_form::terms, {}, false};
  for (auto& x : found) {
    if (part.claims.size() >= most)
      break;
    auto claim = explain(pages[x.place.page], cut[x.place.page].units[x.place.unit], x);
    if (claim.citations.empty())
      continue;
    part.claims.push_back(std::move(claim));
    taken.remember(x.place);
  }
  return part;
}

draft_claim term_claim(const evidence_page& page, const unit& u, unit_place place) {
  auto x = take_apart(page, u, place);
  return x ? explain(page, u, *x) : draft_claim{};
}

std::optional<draft_claim> define_subject(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                          const question_focus& focus, analyzer& words, double at_least,
                                          selector& taken) {
  std::optional<explained> best;
  auto best_value = at_least;
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t i = 0; i < cut[p].units.size(); ++i) {
      auto& u = cut[p].units[i];
      auto x = take_apart(pages[p], u, {p, i});
      if (!x || taken.used(x->place) || u.end - x->body < 40 || !names_subject(x->line, u.terms, focus, words))
        continue;
      auto value =
        entry_value(x->line, pages[p].title, focus) + 0.1 * covered(focus, u.terms) - 0.01 * static_cast<double>(p);
      if (value > best_value) {
        best_value = value;
        best = std::move(x);
      }
    }
  if (!best)
    return std::nullopt;
  auto claim =
    explain(pages[best->place.page], cut[best->place.page].units[best->place.unit], *best, focus.shape.defines);
  if (claim.citations.empty())
    return std::nullopt;
  taken.remember(best->place);
  return claim;
}

} // namespace troupe
