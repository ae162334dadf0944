#include "actors/research/answer_form.hpp"

#include <algorithm>
#include <array>

#include "actors/research/measures.hpp"
#include "actors/research/phrases.hpp"

namespace troupe {

using namespace phrases;

namespace {

/// A number that counts something: "Section 4.1.1" and its like are addresses.
bool has_number(std::string_view s) {
  std::string before;
  auto named = false; // the word before is a name: "PostgreSQL 9.1"
  for (auto& word : split_words(s)) {
    auto address = before == "section" || before == "chapter" || before == "table" || before == "figure"
                   || before == "example" || before == "appendix" || before == "part" || before == "rfc";
    auto w = trim_punctuation(word); // "c1" and "TLSv1.2" are names
    auto version = before == "version" || before == "release" || (named && w.find('.') != std::string_view::npos);
    named = !word.empty() && is_upper(word.front());
    if (!address && !version && !w.empty()
        && (is_digit(w.front()) || (w.front() == '$' && w.size() > 1 && is_digit(w[1]))))
      return true;
    before = lower(trim_punctuation(word));
  }
  return false;
}

/// The subject is what the sentence starts with and then defines.
bool defines_subject(const question_focus& focus, std::string_view padded) {
  auto verb = std::string_view::npos;
  for (auto p : {" is ", " are ", " was ", " were ", " refers to ", " means ", " consists of ", " provides ",
                 " allows ", " represents ", " has ", " have ", " can "})
    verb = std::min(verb, padded.find(p));
  if (verb == std::string_view::npos || verb > 60)
    return false;
  auto head = padded.substr(0, verb + 1);
  auto defining =
    has_any(padded.substr(verb, 16), {" is a ", " is an ", " is the ", " are ", " refers to ", " means ",
                                      " consists of ", " is defined ", " provides ", " is one ", " represents "});
  return defining && std::any_of(focus.subject.begin(), focus.subject.end(), [head](const std::string& t) {
           return head.find(t) != std::string_view::npos;
         });
}

/// A condition; a measurable one counts more.
double condition_form(std::string_view p) {
  auto condition = has_any(p, {" if ", " when ", " whenever ", " unless ", " until ", " once ", " after ",
                               " as soon as ", " every ", " always "});
  auto measure =
    has_any(p, {" exceeds ", " exceeded ", " than ", " at least ", " reaches ", " reached ", " threshold "});
  return condition && measure ? 1 : condition ? 0.5 : measure ? 0.4 : 0;
}

/// A number in words, how often, or that there is none.
bool has_number_word(std::string_view sentence) {
  static const word_set numbers{
    "two",      "three",   "four",     "five",     "six",     "seven",     "eight",     "nine",     "ten",
    "eleven",   "twelve",  "thirteen", "fourteen", "fifteen", "sixteen",   "seventeen", "eighteen", "nineteen",
    "twenty",   "thirty",  "forty",    "fifty",    "sixty",   "seventy",   "eighty",    "ninety",   "hundred",
    "thousand", "million", "billion",  "dozen",    "half",    "once",      "twice",     "zero",     "daily",
    "weekly",   "monthly", "yearly",   "hourly",   "never",   "unlimited", "every"};
  auto words = split_words(sentence);
  return std::any_of(words.begin(), words.end(), [](auto& w) {
    auto x = lower(trim_punctuation(w));
    return numbers.contains(x.substr(0, x.find('-')));
  });
}

/// A year of our time.
bool has_year(std::string_view s) {
  for (auto& word : split_words(s)) {
    auto w = trim_punctuation(word);
    if (w.ends_with('s')) // "the 1990s"
      w.remove_suffix(1);
    if (w.size() == 4 && std::all_of(w.begin(), w.end(), is_digit) && (w[0] == '1' || w[0] == '2') && w[1] != '1')
      return true;
  }
  return false;
}

/// "15 April", "April 15th".
bool names_day(std::string_view padded) {
  constexpr std::array months = std::to_array<std::string_view>(
    {" january ",   " february ", " march ",    " april ",    " may ", " june ", " july ", " august ",
     " september ", " october ",  " november ", " december ", " jan ", " feb ",  " apr ",  " jun ",
     " jul ",       " aug ",      " sept ",     " sep ",      " oct ", " nov ",  " dec "});
  return std::any_of(months.begin(), months.end(), [padded](std::string_view m) {
    auto at = padded.find(m);
    auto after = at + m.size();
    return at != padded.npos
           && ((at > 0 && is_digit(padded[at - 1])) || (after < padded.size() && is_digit(padded[after])));
  });
}

/// A year, a day, a month, a day of the week, a time of the day.
bool tells_time(std::string_view sentence, std::string_view padded) {
  static const word_set times{"january", "february",  "march",    "april",    "june",     "july",
                              "august",  "september", "october",  "november", "december", "monday",
                              "tuesday", "wednesday", "thursday", "friday",   "saturday", "sunday",
                              "noon",    "midnight",  "morning",  "evening"};
  if (has_year(sentence) || names_day(padded))
    return true;
  for (auto& word : split_words(sentence)) {
    auto w = trim_punctuation(word);
    auto colon = w.find(':'); // "18:30"
    auto clock =
      colon != w.npos && colon > 0 && colon + 2 < w.size() && is_digit(w[colon - 1]) && is_digit(w[colon + 1]);
    if (clock || times.contains(lower(w)))
      return true;
  }
  return false;
}

/// "by" with a name behind it; an office will do ("approved by the release captain").
bool by_somebody(std::string_view s, bool or_office) {
  for (auto at = s.find(" by "); at != std::string_view::npos; at = s.find(" by ", at + 1)) {
    auto rest = s.substr(at + 4);
    auto office = false;
    for (std::string_view article : {"the ", "a ", "an "})
      if (rest.starts_with(article)) {
        rest.remove_prefix(article.size());
        office = or_office;
      }
    if (office)
      return true;
    if (!rest.empty() && is_upper(rest.front()) && rest.size() > 1 && is_lower(rest[1]))
      return true;
  }
  return false;
}

/// Two words with capitals side by side: "Ida Kolbe".
bool names_person(std::string_view s) {
  auto capital = [](const std::string& w) { return w.size() > 1 && is_upper(w[0]) && is_lower(w[1]); };
  auto ws = split_words(s);
  for (std::size_t i = 0; i + 1 < ws.size(); ++i)
    if (capital(ws[i]) && capital(ws[i + 1]) && trim_punctuation(ws[i]) == ws[i])
      return true;
  return false;
}

/// A figure stands before what is counted, or one word from it: "25 days", "two spare keys".
bool counts(const std::string& noun, std::string_view s) {
  auto words = comparable(s);
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i] == noun)
      for (auto back = i - 1; back + 2 >= i && back < i; --back)
        if (is_digit(words[back][0]) || has_number_word(words[back]))
          return true;
  return false;
}

/// "Tomas takes over the web shop": a name, and what was asked who does it.
bool somebody_does(const question_focus& focus, std::string_view s) {
  auto ws = split_words(s.substr(0, 80));
  for (std::size_t i = 0; i + 1 < std::min<std::size_t>(ws.size(), 4); ++i)
    if (ws[i].ends_with(':') && is_upper(ws[i + 1][0])) // "Attendees: Priya, Jonas"
      return true;
  if (ws.size() < 3 || !is_upper(ws[0][0]) || !is_lower(ws[0].back()))
    return false;
  if (auto first = lower(ws[0]); asking::determiners.contains(first) || asking::pronouns.contains(first))
    return false;
  auto does = lower(ws[1]);
  return std::any_of(focus.terms.begin(), focus.terms.end(), [&](auto& t) {
    return t.first.size() > 2 && does.starts_with(t.first.substr(0, t.first.size() - 1));
  });
}

/// Names several of what is asked for: "several index types: B-tree, Hash, …".
bool enumerates(const name_words& listed, std::string_view s) {
  auto words = comparable(s);
  auto at = std::search(words.begin(), words.end(), listed.begin(), listed.end());
  return at != words.end() && (std::count(s.begin(), s.end(), ',') >= 2 || s.ends_with(':'));
}

/// Sets two things against each other; by degree counts more.
double contrast_form(std::string_view p) {
  if (has_any(p, {" whereas ", " unlike ", " in contrast ", " differs ", " difference ", " differences ", " differ ",
                  " compared ", " while ", " on the other hand "}))
    return 1;
  auto turn = has_any(p, {" but ", " however ", " than ", " although "});
  auto degree = has_any(p, {" more ", " less ", " faster ", " slower ", " better ", " worse ", " larger ", " smaller ",
                            " only ", " cannot ", " not "});
  return turn && degree ? 0.9 : turn ? 0.5 : 0;
}

/// Steps of a text that tells somebody to do something.
bool is_imperative(std::string_view s) {
  auto ws = split_words(s);
  constexpr std::array verbs = std::to_array<std::string_view>(
    {"use",    "run",     "set",     "create",   "add",    "install", "open",    "call",  "type",  "start",   "stop",
     "edit",   "execute", "specify", "choose",   "select", "enable",  "disable", "drop",  "make",  "restart", "change",
     "remove", "write",   "enter",   "press",    "pull",   "push",    "turn",    "click", "check", "copy",    "move",
     "put",    "close",   "connect", "download", "build",  "insert",  "replace", "switch"});
  return !ws.empty() && std::find(verbs.begin(), verbs.end(), lower(ws[0])) != verbs.end();
}

} // namespace

double answer_form(const question_focus& focus, std::string_view sentence) {
  auto p = padded_lower(sentence);
  double x = 0;
  if (!focus.shape.listed.empty())
    return enumerates(focus.shape.listed, sentence) ? 1 : 0;
  if (focus.shape.date)
    return has_year(sentence) || names_day(p) ? 1 : 0;
  if (focus.shape.value) {
    auto told = has_number(sentence) || has_number_word(sentence) || tells_one_unit(sentence);
    auto fits = focus.shape.sort.size() != 1 || fits_measure(focus.shape.sort[0], sentence);
    if (told && fits && !focus.shape.counted.empty() && !counts(focus.shape.counted, sentence))
      return 0.7; // a figure, of something else
    return (told && fits) || has_any(p, {" no limit ", " limited by "}) ? 1 : 0;
  }
  switch (focus.kind) {
  case question_kind::what:
  case question_kind::topic:
  case question_kind::which:
    x = defines_subject(focus, p) ? 1 : 0;
    break;
  case question_kind::how:
    x = has_any(p, {" is defined as ", " by ", " uses ", " works ", " is computed ", " is calculated ", " first ",
                    " so that ", " in order to ", " each time "})
          ? 0.5
          : 0;
    break;
  case question_kind::how_to:
    x = is_imperative(sentence)                                                                        ? 1
        : has_any(p, {" you can ", " use ", " used to ", " using ", " command ", " run ", " can be "}) ? 0.5
        : has_any(p, {" to "})                                                                         ? 0.2
                                                                                                       : 0;
    break;
  case question_kind::how_many:
    break; // a value: see above
  case question_kind::when:
    x = std::max(condition_form(p), tells_time(sentence, p) ? 0.6 : 0);
    break;
  case question_kind::why:
    x = has_any(p, {" because ", " since ", " reasons ", " in order to ", " so that ", " reason ", " purpose ",
                    " to avoid ", " to prevent ", " therefore ", " ensures ", " allows ", " otherwise "})
          ? 1
          : 0;
    break;
  case question_kind::who:
    x = by_somebody(sentence, focus.proper.empty()) || names_person(sentence) || somebody_does(focus, sentence)
            || has_any(p, {" author ", " authors ", " inventor ", " creator ", " founder "})
          ? 0.7
          : 0;
    break;
  case question_kind::where:
    x = has_any(p, {" in the ", " located ", " stored ", " directory ", " file ", " under ", " at "}) ? 0.6 : 0;
    break;
  case question_kind::compare:
    x = contrast_form(p);
    break;
  case question_kind::yes_no:
    x = has_any(p, {" can ", " cannot ", " if ", " not ", " is possible ", " is supported ", " must ", " only ",
                    " does ", " always ", " never "})
          ? 0.6
          : 0;
    break;
  }
  if (focus.wants_condition)
    x = std::max(x, condition_form(p));
  return x;
}

} // namespace troupe
