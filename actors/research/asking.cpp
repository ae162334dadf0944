#include "actors/research/asking.hpp"

#include <algorithm>
#include <array>

namespace troupe {

namespace asking {

namespace {

/// Verbs that end a subject of several words ("the query planner chooses").
const word_set predicates{"decide",  "decides", "determine", "determines", "know",   "knows",   "choose",
                          "chooses", "work",    "works",     "happen",     "handle", "handles", "use",
                          "uses",    "store",   "stores",    "compute",    "avoid",  "behave",  "function",
                          "differ",  "compare", "prevent",   "manage",     "detect", "select"};

const word_set ends_second{"in", "for", "when", "with", "on", "as", "by", "regarding", "differ", "compare"};
const word_set compared_with{"and", "with", "to", "vs", "versus"};
const word_set joined_by{"and"};
const word_set against{"vs", "versus"};

/// What stands behind "how" in a question for a quantity.
const word_set measures{"many",  "much", "long", "large", "big",  "often", "far",  "old",  "fast", "high",  "small",
                        "early", "late", "soon", "hot",   "cold", "heavy", "wide", "tall", "deep", "thick", "quickly"};

const word_set ways{"steps", "instructions", "procedure", "way"};

words all_plain(const words& ws) {
  words out;
  out.reserve(ws.size());
  for (auto& w : ws)
    out.push_back(plain(w));
  return out;
}

/// The two things compared, when they are short enough to be names. `plains`: `ws`, each plain.
std::optional<pair_asked> split_pair(const words& ws, const words& plains, std::size_t from, std::size_t to,
                                     const word_set& between) {
  for (auto i = from + 1; i + 1 < to; ++i) {
    if (!between.contains(plains[i]))
      continue;
    auto stop = to;
    for (auto j = i + 2; j < to; ++j)
      if (ends_second.contains(plains[j])) {
        stop = j;
        break;
      }
    if (i - from > 6 || stop - i - 1 > 6)
      return std::nullopt;
    return pair_asked{std::string{trim_punctuation(join_words(ws, from, i))},
                      std::string{trim_punctuation(join_words(ws, i + 1, stop))}};
  }
  return std::nullopt;
}

/// "What are the steps to X", "Steps for X".
bool asks_for_steps(const words& plains) {
  for (std::size_t i = 0; i + 2 < std::min<std::size_t>(plains.size(), 6); ++i)
    if (auto& next = plains[i + 1]; ways.contains(plains[i]) && (next == "to" || next == "for"))
      return true;
  return false;
}

std::optional<pair_asked> compared(const words& ws, const words& plains) {
  if (ws.size() < 3)
    return std::nullopt;
  if (plains[0] == "compare")
    return split_pair(ws, plains, 1, ws.size(), compared_with);
  for (std::size_t i = 0; i + 3 < ws.size(); ++i) {
    auto& w = plains[i];
    if ((w == "difference" || w == "differences") && plains[i + 1] == "between")
      return split_pair(ws, plains, i + 2, ws.size(), joined_by);
    if (w == "differ" && plains[i + 1] == "from")
      return pair_asked{subject_of(ws), std::string{trim_punctuation(join_words(ws, i + 2, ws.size()))}};
  }
  auto& last = plains.back();
  if (plains[0] == "how" && (last == "differ" || last == "compare"))
    return split_pair(ws, plains, 2, ws.size(), joined_by);
  return split_pair(ws, plains, 0, ws.size(), against);
}

} // namespace

words asked_words(std::string_view question) {
  auto ws = split_words(question);
  if (ws.empty())
    return ws;
  for (std::string_view is : {"'s", "\xe2\x80\x99s"})
    if (auto stem = ws[0].substr(0, ws[0].size() - std::min(ws[0].size(), is.size()));
        ws[0].ends_with(is) && interrogatives.contains(lower(stem))) {
      ws[0] = stem;
      ws.insert(ws.begin() + 1, "is");
      break;
    }
  return ws;
}

std::string plain(std::string_view w) { return lower(trim_punctuation(w)); }

std::string subject_of(const words& ws) {
  if (ws.size() < 3)
    return {};
  auto first = plain(ws[0]);
  auto second = plain(ws[1]);
  if (first == "what" && to_be.contains(second)) {
    auto from = std::size_t{2};
    for (std::size_t i = 2; i + 1 < ws.size(); ++i)
      if (plain(ws[i]) == "of") // "the minimum value of X" is about X
        from = i + 1;
    return std::string{trim_punctuation(join_words(ws, from, ws.size()))};
  }
  std::size_t at = interrogatives.contains(first) && auxiliaries.contains(second) ? 2
                   : auxiliaries.contains(first)                                  ? 1
                                                                                  : 0;
  if (first == "what" || first == "which" || (first == "how" && second == "many")) // "which index types are there"
    if (auto noun = first == "how" ? 2u : 1u; !auxiliaries.contains(plain(ws[noun]))) {
      auto verb = std::find_if(ws.begin() + noun, ws.end(), [](auto& w) { return auxiliaries.contains(plain(w)); });
      auto end = static_cast<std::size_t>(verb - ws.begin());
      return verb == ws.end() || end > noun + 4 ? std::string{} : join_words(ws, noun, end);
    }
  if (at != 0 && at + 2 < ws.size() && persons.contains(plain(ws[at]))) { // "how do I enable X"
    auto object = at + 2 + (determiners.contains(plain(ws[at + 2])) ? 1u : 0u);
    return ws.size() > object + 4 ? std::string{} : std::string{trim_punctuation(join_words(ws, object, ws.size()))};
  }
  if (at == 0 || at >= ws.size() || persons.contains(plain(ws[at])))
    return {};
  std::size_t length = determiners.contains(plain(ws[at])) ? 2u : 1u;
  for (auto i = at + 1; i < std::min(ws.size(), at + 6); ++i)
    if (predicates.contains(plain(ws[i]))) {
      length = i - at;
      break;
    }
  return std::string{trim_punctuation(join_words(ws, at, at + length))};
}

std::optional<pair_asked> compared(const words& ws) { return compared(ws, all_plain(ws)); }

} // namespace asking

const char* to_string(question_kind x) noexcept {
  constexpr std::array names{"topic", "what", "how",   "how_to", "how_many", "when",
                             "why",   "who",  "where", "which",  "compare",  "yes_no"};
  return names[static_cast<std::size_t>(x)];
}

question_kind kind_of(std::string_view question) {
  using namespace asking;
  auto ws = asked_words(question);
  if (ws.empty())
    return question_kind::topic;
  auto plains = all_plain(ws);
  if (compared(ws, plains))
    return question_kind::compare;
  if (asks_for_steps(plains))
    return question_kind::how_to;
  auto& first = plains[0];
  auto second = ws.size() > 1 ? std::string_view{plains[1]} : std::string_view{};
  if (first == "how") {
    if (measures.contains(second))
      return question_kind::how_many;
    auto person = ws.size() > 2 && persons.contains(plains[2]);
    return second == "to" || person ? question_kind::how_to : question_kind::how;
  }
  if (first == "who" || first == "whom" || first == "whose")
    return question_kind::who;
  constexpr std::array named{std::pair{"what", question_kind::what}, std::pair{"when", question_kind::when},
                             std::pair{"why", question_kind::why}, std::pair{"where", question_kind::where},
                             std::pair{"which", question_kind::which}};
  for (auto& [name, kind] : named)
    if (first == name)
      return kind;
  return auxiliaries.contains(first) && ws.size() > 2 ? question_kind::yes_no : question_kind::topic;
}

std::vector<std::string> compared_things(std::string_view question) {
  auto pair = asking::compared(asking::asked_words(question));
  auto both = pair && !pair->first.empty() && !pair->second.empty();
  return both ? asking::words{pair->first, pair->second} : asking::words{};
}

} // namespace troupe
