#include "actors/research/question.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "actors/research/other_words.hpp"

namespace troupe {

namespace {

using raw_words = asking::words;

using asking::articles;
using asking::persons;
using asking::to_be;

/// What a thing can be asked for, so that "the P of X" asks for a value and not for what X is.
const word_set value_nouns{"value",   "size",   "limit",   "length",  "number",  "range",  "default", "maximum",
                           "minimum", "amount", "port",    "version", "price",   "weight", "height",  "speed",
                           "name",    "type",   "level",   "unit",    "capital", "author", "date",    "year",
                           "format",  "syntax", "storage", "cost",    "point",   "effect", "result",  "population"};
const word_set number_nouns{"temperature", "pressure", "size",   "limit", "length",  "number",     "range",
                            "maximum",     "minimum",  "amount", "port",  "price",   "weight",     "height",
                            "speed",       "date",     "year",   "cost",  "version", "population", "storage"};
const word_set ends_noun_phrase{"is",  "are",  "was", "were", "do",    "does",  "did",     "can",    "should",   "will",
                                "may", "must", "has", "have", "there", "exist", "control", "affect", "available"};
const word_set prepositions{"at", "of", "from", "with", "on", "by", "to", "about", "like", "made"};
const word_set about_nouns{"meaning", "purpose", "definition", "role", "use", "point", "idea", "concept"};

const word_set generic_nouns{"command", "function",  "statement", "module",  "method",  "class",   "keyword",
                             "setting", "parameter", "option",    "program", "tool",    "utility", "feature",
                             "clause",  "catalog",   "variable",  "package", "library", "operator"};

bool is_word_byte(char c) {
  auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_' || u >= 0x80;
}

/// Singular by its ending, which is wrong at times and the same on both sides.
std::string singular(std::string w) {
  if (w.size() > 4 && w.ends_with("ies"))
    return w.substr(0, w.size() - 3) + "y";
  if (w.size() > 4 && (w.ends_with("xes") || w.ends_with("ches") || w.ends_with("shes") || w.ends_with("sses")))
    return w.substr(0, w.size() - 2);
  if (w.size() > 3 && w.ends_with('s') && !w.ends_with("ss") && !w.ends_with("us") && !w.ends_with("is"))
    w.pop_back();
  return w;
}

name_words named(const raw_words& ws, std::size_t from, std::size_t to) {
  auto one_of_a_kind = from >= to || (ws[from] != "a" && ws[from] != "an"); // "a kernel module" is no kernel
  while (from < to && articles.contains(ws[from]))
    ++from;
  auto out = comparable(join_words(ws, from, to));
  while (one_of_a_kind && out.size() > 1 && generic_nouns.contains(out.back()))
    out.pop_back();
  return out.size() <= 6 ? out : name_words{};
}

/// "[the] P of X", "X's P"; X otherwise.
question_shape after_what_is(const raw_words& ws, std::size_t from) {
  question_shape out;
  auto end = ws.size();
  auto of = std::find(ws.begin() + static_cast<std::ptrdiff_t>(from), ws.end(), "of");
  if (of != ws.end() && of + 1 != ws.end()) {
    auto at = static_cast<std::size_t>(of - ws.begin());
    auto head = singular(ws[at - 1]);
    if (ws[0] == "who") { // "Who is the keeper of X": of X, not what a keeper is
      out.name = named(ws, at + 1, end);
      return out;
    }
    if (about_nouns.contains(head) || value_nouns.contains(head)) {
      out.name = named(ws, at + 1, end);
      out.defines = about_nouns.contains(head) && !value_nouns.contains(head);
      if (!out.defines)
        out.property = comparable(join_words(ws, articles.contains(ws[from]) ? from + 1 : from, at));
      return out;
    }
  }
  auto cut = std::find_if(ws.begin() + static_cast<std::ptrdiff_t>(from + 1), ws.end(),
                          [](const std::string& w) { return w == "in" || w == "for" || w == "used" || w == "good"; });
  out.name = named(ws, from, static_cast<std::size_t>(cut - ws.begin()));
  out.defines = !out.name.empty();
  out.particular = ws[from] == "the";
  if (cut == ws.end() && ws.size() > from + 2 && (ws.back().ends_with("ed") || prepositions.contains(ws.back())))
    return {}; // "What is the cat called", "… calibrated at": says something of it

  if (out.name.size() > 1 && value_nouns.contains(out.name.back())) { // "the default work_mem value"
    out.property = {out.name.back()};
    out.name.pop_back();
    out.defines = false;
  }
  return out;
}

} // namespace

bool has_question_mark(std::string_view question) {
  return question.ends_with('?') || question.ends_with("\xef\xbc\x9f");
}

bool is_generic_noun(std::string_view word) { return generic_nouns.contains(word); }

name_words comparable(std::string_view s, std::vector<std::string>* raw) {
  name_words out;
  std::string word;
  auto end_word = [&] {
    if (word.empty())
      return;
    auto low = lower(word);
    if (raw != nullptr)
      raw->push_back(low);
    out.push_back(singular(std::move(low)));
    word.clear();
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    auto inside = s[i] == '.' && !word.empty() && i + 1 < s.size() && is_word_byte(s[i + 1]); // "os.path"
    if (is_word_byte(s[i]) || inside)
      word += s[i];
    else
      end_word();
  }
  end_word();
  return out;
}

namespace {

question_shape defining(name_words name) {
  question_shape out;
  out.defines = !name.empty();
  out.name = std::move(name);
  return out;
}

/// "What is X", "What does X do", "How does X work", "Explain X".
question_shape thing_of(std::string_view question, question_kind kind, const raw_words& ws) {
  if (ws.size() < 2)
    return ws.empty() || has_question_mark(question) ? question_shape{} : defining(named(ws, 0, 1));
  if ((ws[0] == "what" || ws[0] == "who") && to_be.contains(ws[1]) && ws.size() > 2)
    return after_what_is(ws, 2);
  auto& last = ws.back();
  auto duty = ws.size() > 3 && (ws[ws.size() - 2] == "to" || persons.contains(ws[2])); // "What does X have to do"
  if (ws[0] == "what" && (ws[1] == "do" || ws[1] == "does") && ws.size() > 3 && !duty)
    if (last == "do" || last == "mean" || last == "for") // "stand for"
      return defining(named(ws, 2, ws.size() - (last == "for" ? 2 : 1)));
  if (ws[0] == "how" && (ws[1] == "do" || ws[1] == "does") && ws.size() > 3 && (last == "work" || last == "function"))
    return defining(named(ws, 2, ws.size() - 1));
  if (ws[0] == "define" || ws[0] == "explain" || ws[0] == "describe")
    return defining(named(ws, 1, ws.size()));
  auto asks = has_question_mark(question); // in a language unknown here
  if (kind == question_kind::topic && ws.size() <= 4 && ws[0] != "how" && !asks)
    return defining(named(ws, 0, ws.size()));
  return {};
}

bool is_plural(const std::string& w) { return w.size() > 3 && singular(w) != w; }

} // namespace

question_shape shape_of(std::string_view question) {
  raw_words ws;
  for (auto& w : asking::asked_words(question))
    if (auto x = lower(trim_punctuation(w)); !x.empty())
      ws.push_back(std::move(x));
  const auto kind = kind_of(question);
  auto out = thing_of(question, kind, ws);
  auto measured = [](const name_words& xs) {
    return std::any_of(xs.begin(), xs.end(), [](auto& x) { return number_nouns.contains(x); });
  };
  out.value = kind == question_kind::how_many || measured(out.property);
  if (ws.size() > 3 && prepositions.contains(ws[0])) // "On which day"
    ws.erase(ws.begin());
  if (ws.size() > 2 && (ws[0] == "which" || ws[0] == "what") && !to_be.contains(ws[1]) && out.name.empty()) {
    auto verb = std::find_if(ws.begin() + 1, ws.end(), [](auto& w) { return ends_noun_phrase.contains(w); });
    auto end = static_cast<std::size_t>(verb - ws.begin());
    if (verb != ws.end() && end > 1 && end <= 5) {
      auto phrase = comparable(join_words(ws, 1, end));
      if (is_plural(ws[end - 1]))
        out.listed = std::move(phrase);
      else
        out.value = out.value || measured({phrase.back()}), out.sort = std::move(phrase);
    }
  }
  if (ws.size() > 3 && ws[0] == "how" && (ws[1] == "many" || ws[1] == "much") && !ends_noun_phrase.contains(ws[2]))
    if (auto noun = comparable(ws[2]); noun.size() == 1)
      out.counted = noun[0];
  if (out.value && ws.size() > 2 && ws[0] == "how")
    out.sort = {ws[1]}; // "how fast": 400 rpm says it without the word
  for (auto& thing : compared_things(question)) {
    auto words = comparable(thing);
    if (words.size() > 1 && articles.contains(words[0]))
      words.erase(words.begin());
    out.compared.push_back(std::move(words));
  }
  if (!out.compared.empty()) { // "the difference between X and Y" is no thing of its own
    out.name.clear();
    out.property.clear();
    out.defines = false;
  }
  out.date = ws.size() > 2 && ws[0] == "when" && (ws[1] == "was" || ws[1] == "were" || ws[1] == "did");
  return out;
}

std::vector<search_query> search_queries(const std::string& question) {
  constexpr std::uint32_t glossary_entries = 4;
  std::vector<search_query> out{{question, 0}};
  auto shape = shape_of(question);
  if (!shape.name.empty()) {
    std::string name;
    for (auto* part : {&shape.property, &shape.name})
      for (auto& w : *part)
        (name.empty() ? name : name += ' ') += w;
    out.push_back({name, 0});
    if (shape.defines)
      out.push_back({name + " glossary", glossary_entries});
  }
  std::string sides;
  for (auto& side : shape.compared)
    for (auto& w : side)
      (sides.empty() ? sides : sides += ' ') += w;
  if (!sides.empty())
    out.push_back({sides, 0});
  std::string wider;
  for (auto& w : split_words(question))
    for (auto other : other_words(lower(trim_punctuation(w))))
      wider.append(" ").append(other);
  if (!wider.empty())
    out.push_back({question + wider, 0});
  return out;
}

} // namespace troupe
