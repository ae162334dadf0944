#include "actors/research/definition.hpp"

#include <algorithm>

#include "actors/research/sentence_shape.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr double enough = 0.5;
constexpr std::uint32_t near_heading = 500; // bytes: what stands farther off doesn't open the section
constexpr std::size_t latest_start = 14;    // words before the name

const word_set be{"is", "are", "was", "were"};
const word_set defining_verbs{"means",      "mean",      "refers",   "refer",   "denotes", "denote",
                              "represents", "represent", "consists", "consist", "stands",  "describes"};
const word_set doing_verbs{"allow", "provide", "let",    "make",   "enable",  "define", "contain",  "store",
                           "hold",  "give",    "record", "return", "collect", "create", "describe", "specify"};
const word_set auxiliary{"does", "this", "always", "thus", "perhaps", "sometimes", "besides", "across"};
const word_set articles{"a", "an", "the"};
const word_set introducing{"called", "named", "termed", "dubbed"};
const word_set before_name{"a", "an", "the", "each", "every", "this"};

/// Without what stands in parentheses; a parenthesis that is the name itself ("(MVCC)") is told of.
std::string without_asides(std::string_view s, const name_words& name, bool& aside_is_name) {
  std::string out;
  std::string aside;
  int depth = 0;
  for (auto c : s) {
    if (c == '(') {
      ++depth;
      continue;
    }
    if (c == ')' && depth > 0) {
      if (--depth == 0) {
        aside_is_name |= comparable(aside) == name;
        aside.clear();
      }
      continue;
    }
    (depth > 0 ? aside : out) += c;
  }
  return out;
}

bool found_at(const name_words& name, const name_words& in, std::size_t at) {
  return at + name.size() <= in.size()
         && std::equal(name.begin(), name.end(), in.begin() + static_cast<std::ptrdiff_t>(at));
}

/// "X — what it is": a line of a reference page. 0 when it isn't one.
double dash_line(const name_words& name, std::string_view s) {
  for (std::string_view dash : {" \xe2\x80\x94 ", " \xe2\x80\x93 ", " - ", " -- ", ": "}) {
    auto at = s.find(dash);
    if (at == std::string_view::npos || at > 80)
      continue;
    auto left = comparable(s.substr(0, at));
    while (left.size() > name.size() && is_generic_noun(left.back()))
      left.pop_back();
    auto prefixed = left.size() == name.size() + 1 && std::equal(name.begin(), name.end(), left.begin() + 1);
    if ((left == name || prefixed) && split_words(s.substr(at + dash.size())).size() >= 2)
      return 0.7; // a sentence says more
  }
  return 0;
}

/// What comes after the name makes it the thing that is defined.
double verb_form(const std::vector<std::string>& raw, std::size_t at) {
  if (at < raw.size() && is_generic_noun(raw[at]))
    ++at;
  if (at + 3 < raw.size() && (raw[at] == "in" || raw[at] == "of" || raw[at] == "for")) // "Tablespaces in X allow"
    at += articles.contains(raw[at + 1]) ? 3 : 2;
  if (at + 1 >= raw.size())
    return 0;
  auto& verb = raw[at];
  auto& next = raw[at + 1];
  if (be.contains(verb)) {
    if (articles.contains(next) || next == "one" || next == "defined")
      return 1;
    auto said_of_it = next.ends_with("ed") || next.ends_with("ly") || next == "not" || next == "also" || next == "only";
    return said_of_it ? 0.4 : verb == "are" ? 0.9 : 0.6;
  }
  if (defining_verbs.contains(verb))
    return 1;
  if (doing_verbs.contains(verb))
    return 0.8;
  auto third_person = verb.size() > 3 && !auxiliary.contains(verb) && verb.ends_with('s') && !verb.ends_with("ss")
                      && !verb.ends_with("us");
  return third_person ? 0.7 : 0;
}

} // namespace

double defining_form(const name_words& name, std::string_view sentence) {
  if (name.empty())
    return 0;
  if (auto x = dash_line(name, sentence); x > 0)
    return x;
  auto aside_is_name = false;
  std::vector<std::string> raw;
  auto words = comparable(without_asides(sentence, name, aside_is_name), &raw);
  double best = 0;
  for (std::size_t i = 0; i < std::min(words.size(), latest_start); ++i) {
    if (!found_at(name, words, i))
      continue;
    if (i > 0 && introducing.contains(raw[i - 1]))
      best = std::max(best, 0.55);
    if (i > 1 && articles.contains(raw[i - 1]) && (introducing.contains(raw[i - 2]) || raw[i - 2] == "as"))
      best = std::max(best, 0.55);
    auto starts = i == 0 || (i == 1 && before_name.contains(raw[0]));
    auto after_article = i > 0 && (raw[i - 1] == "a" || raw[i - 1] == "an");
    auto form = verb_form(raw, i + name.size());
    best = std::max(best, starts ? form : after_article && form >= 1 ? 0.8 : 0.3 * form);
  }
  if (aside_is_name) // "Multiversion concurrency control (MVCC) is a …"
    for (std::size_t i = 1; i < std::min<std::size_t>(words.size(), 8); ++i)
      if (be.contains(raw[i]) || defining_verbs.contains(raw[i]))
        best = std::max(best, verb_form(raw, i));
  return best;
}

bool is_headed(const name_words& name, std::string_view heading) {
  auto in_aside = false; // "WITH Queries (Common Table Expressions)"
  auto text = without_asides(heading, name, in_aside);
  if (in_aside)
    return true;
  for (std::string_view dash : {" \xe2\x80\x94 ", " \xe2\x80\x93 ", " - ", " -- "})
    text = text.substr(0, text.find(dash));
  auto words = comparable(text);
  auto numbering = [](const std::string& w) {
    return w == "chapter" || w == "section" || w == "appendix" || w == "part"
           || std::all_of(w.begin(), w.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  };
  while (!words.empty() && numbering(words.front()))
    words.erase(words.begin());
  while (words.size() > name.size() && is_generic_noun(words.back()))
    words.pop_back();
  return !name.empty() && words == name;
}

namespace {

/// The first sentences of what a reference page says after the line with its name.
std::vector<std::size_t> description(const evidence_page& page, const page_units& cut, std::size_t after) {
  constexpr std::size_t sentences = 2;
  std::vector<std::size_t> out;
  for (auto i = after + 1; i < cut.units.size() && out.size() < sentences; ++i) {
    auto& u = cut.units[i];
    if (lower(cut.sections[u.section].heading) != "description")
      continue;
    auto text = unit_text(page, u);
    if (u.form != unit_form::sentence || leads_in(text))
      break;
    if (!is_scrap(text))
      out.push_back(i);
  }
  return out;
}

} // namespace

std::optional<definition_found> best_definition(const question_focus& focus, const std::vector<evidence_page>& pages,
                                                const std::vector<page_units>& cut) {
  std::optional<definition_found> best;
  auto& name = focus.shape.name;
  if (!focus.shape.defines)
    return best;
  for (std::size_t p = 0; p < pages.size(); ++p) {
    auto titled = is_headed(name, pages[p].title);
    std::vector<std::size_t> opened(cut[p].sections.size()); // proper sentences seen, by section
    std::size_t before = 0;                                  // and on the whole page
    for (std::size_t i = 0; i < cut[p].units.size(); ++i) {
      auto& u = cut[p].units[i];
      if (u.form != unit_form::sentence)
        continue;
      auto text = unit_text(pages[p], u);
      auto form = defining_form(name, text);
      auto dashed = form > 0 && dash_line(name, text) > 0;
      if ((is_scrap(text) && !dashed) || leads_in(text))
        continue;
      auto first = opened[u.section]++ == 0 && u.start - cut[p].sections[u.section].start < near_heading;
      auto first_of_page = before++ < 2 && u.start < 2 * near_heading;
      if (leans_back(text) && form < 1)
        continue;
      auto headed = is_headed(name, cut[p].sections[u.section].heading) || (titled && first_of_page);
      auto value = form;
      if (headed && first)
        value = std::max(value, 0.6) + 0.25;
      else if (headed || titled)
        value += form > 0 ? 0.2 : 0;
      value += 0.1 * covered(focus, u.terms) - 0.015 * static_cast<double>(p);
      value -= text.size() > 350 ? 0.1 : 0;
      if (value > (best ? best->value : enough) && (form >= 0.5 || headed))
        best = definition_found{p, i, {}, value};
    }
  }
  if (best && dash_line(name, unit_text(pages[best->page], cut[best->page].units[best->unit])) > 0)
    best->then = description(pages[best->page], cut[best->page], best->unit);
  return best;
}

} // namespace troupe
