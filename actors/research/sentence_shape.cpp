#include "actors/research/sentence_shape.hpp"

#include <algorithm>
#include <array>

#include "actors/research/words.hpp"

namespace troupe {

namespace {

using phrase_list = std::initializer_list<std::string_view>;

bool starts_with_any(std::string_view s, phrase_list phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [s](std::string_view p) { return s.starts_with(p); });
}

/// `padded`: lower case with a space at both ends, so that phrases match whole words.
bool has_any(std::string_view padded, phrase_list phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [padded](std::string_view p) { return padded.find(p) != std::string_view::npos; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

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

std::string padded_lower(std::string_view s) {
  auto out = " " + lower(s) + " ";
  std::replace_if(
    out.begin(), out.end(), [](char c) { return c == ',' || c == '.' || c == ';' || c == ':' || c == '('; }, ' ');
  return out;
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

/// "by" with a name behind it.
bool by_somebody(std::string_view s) {
  for (auto at = s.find(" by "); at != std::string_view::npos; at = s.find(" by ", at + 1)) {
    auto rest = s.substr(at + 4);
    for (std::string_view article : {"the ", "a ", "an "})
      if (rest.starts_with(article))
        rest.remove_prefix(article.size());
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

std::size_t leading_connective(std::string_view s) {
  for (std::string_view c : {"Otherwise, ",
                             "However, ",
                             "Therefore, ",
                             "Thus, ",
                             "Hence, ",
                             "Moreover, ",
                             "Furthermore, ",
                             "In addition, ",
                             "Additionally, ",
                             "Also, ",
                             "Consequently, ",
                             "Nevertheless, ",
                             "So, ",
                             "Unfortunately, ",
                             "Similarly, ",
                             "Likewise, ",
                             "But ",
                             "And ",
                             "Note that ",
                             "Note also that ",
                             "On the other hand, ",
                             "In other words, ",
                             "Finally, ",
                             "As a result, ",
                             "Besides, ",
                             "In contrast, ",
                             "Yet, ",
                             "By contrast, ",
                             "Instead, "})
    if (s.starts_with(c))
      return c.size();
  return 0;
}

bool leans_back(std::string_view s) {
  s.remove_prefix(leading_connective(s));
  while (!s.empty() && (s.front() == '(' || s.front() == '"'))
    s.remove_prefix(1);
  auto p = padded_lower(s.substr(0, 60));
  if (starts_with_any(
        p, {" this ",         " these ",       " that ",         " those ",          " it ",
            " its ",          " they ",        " their ",        " them ",           " he ",
            " she ",          " his ",         " her ",          " such ",           " both ",
            " neither ",      " here ",        " the latter ",   " the former ",     " another ",
            " doing so ",     " if so ",       " if not ",       " if you do not ",  " if you don't ",
            " otherwise ",    " this is ",     " then ",         " the default is ", " the default value is ",
            " the same ",     " some of ",     " one of these ", " the following ",  " for example ",
            " for instance ", " all of these "}))
    return !p.starts_with(" it is possible ") || p.size() < 20;
  return has_any(p.substr(0, std::min<std::size_t>(p.size(), 36)),
                 {" such a ", " such an ", " in this ", " in that ", " in these ", " in such ", " for this ",
                  " with this ", " by this ", " because of this ", " to do this ", " as above ", " due to this ",
                  " after this ", " after that ", " of this ", " of these "});
}

bool is_scrap(std::string_view s) {
  constexpr std::string_view ends = ".!:;)\"'";
  auto ended = ends.find(s.back()) != std::string_view::npos || (s.back() & 0x80) != 0;
  if (s.size() < 20 || !ended)
    return true;
  auto ws = split_words(s);
  auto letters =
    std::count_if(s.begin(), s.end(), [](char c) { return is_lower(c) || is_upper(c) || (c & 0x80) != 0; });
  auto wide = std::count_if(s.begin(), s.end(), [](char c) { return (c & 0x80) != 0; });
  auto unspaced = static_cast<std::size_t>(wide) * 2 > s.size(); // a script that puts no spaces between words
  if ((ws.size() < 4 && !unspaced) || static_cast<std::size_t>(letters) * 2 < s.size())
    return true;
  auto p = padded_lower(s);
  if (starts_with_any(p, {" see ", " refer to ", " click ", " copyright ", " next ", " prev ", " home ",
                          " table of contents ", " for more information ", " for more details ", " for details ",
                          " for further ", " cookie"}))
    return true;
  if (p.size() < 110
      && has_any(p, {" see section ", " see chapter ", " is described in ", " are described in ", " described below ",
                     " shown below ", " all rights reserved ", " this section describes ", " this chapter ",
                     " more details on ", " can be found in ", " for a discussion ", " for more information "}))
    return true;
  if ((s.front() == '[' && s.size() > 2 && is_digit(s[1])) || s.front() == '|')
    return true; // a footnote, a row of a table
  if (s.front() == '(' || s.front() == ')' || s.front() == ',')
    return true;
  if (s.find(')') < s.find('(')) // the rest of a sentence that was cut within parentheses
    return true;
  auto upper = std::count_if(s.begin(), s.end(), is_upper);
  return upper * 2 > letters; // shouting, or a row of abbreviations
}

bool leads_in(std::string_view s) { return s.ends_with(':'); }

bool continues(std::string_view s) { return !s.empty() && is_lower(s.front()); }

double answer_form(const question_focus& focus, std::string_view sentence) {
  auto p = padded_lower(sentence);
  double x = 0;
  if (!focus.shape.listed.empty())
    return enumerates(focus.shape.listed, sentence) ? 1 : 0;
  if (focus.shape.date)
    return has_year(sentence) ? 1 : 0;
  if (focus.shape.value)
    return has_number(sentence) || has_number_word(sentence) || has_any(p, {" no limit ", " limited by "}) ? 1 : 0;
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
    x = condition_form(p);
    break;
  case question_kind::why:
    x = has_any(p, {" because ", " since ", " reasons ", " in order to ", " so that ", " reason ", " purpose ",
                    " to avoid ", " to prevent ", " therefore ", " ensures ", " allows ", " otherwise "})
          ? 1
          : 0;
    break;
  case question_kind::who:
    x = by_somebody(sentence) || names_person(sentence)
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

std::string as_statement(std::string_view sentence) {
  auto text = collapse_space(sentence);
  for (std::string_view aside : {"; see below)", ", see below)", "; see above)"})
    if (auto at = text.find(aside); at != std::string::npos)
      text.replace(at, aside.size(), ")");
  for (auto open = text.find(" ("); open != std::string::npos; open = text.find(" (", open + 1)) {
    auto close = text.find(')', open);
    if (close == std::string::npos)
      break;
    auto inside = padded_lower(std::string_view{text}.substr(open + 2, close - open - 2));
    if (inside.size() < 90 && has_any(inside, {" see ", " described in "}) && !has_any(inside.substr(1), {"("}))
      text.erase(open, close + 1 - open), --open;
  }
  auto word = split_words(std::string_view{text}.substr(0, 40));
  auto plain_word = !word.empty() && std::all_of(word[0].begin(), word[0].end(), [](char c) {
    return is_lower(c) || c == ',' || c == '-';
  });
  if (plain_word)
    text[0] = static_cast<char>(text[0] - 32);
  return text;
}

} // namespace troupe
