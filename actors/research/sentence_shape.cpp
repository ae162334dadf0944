#include "actors/research/sentence_shape.hpp"

#include <algorithm>
#include <array>

#include "actors/research/phrases.hpp"
#include "actors/research/words.hpp"

namespace troupe {

using namespace phrases;

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
                             "Instead, ",
                             "A: ",
                             "A. ",
                             "Answer: ",
                             "Antwort: "})
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

bool starts_with_pronoun(std::string_view s) {
  static const word_set pronouns{"it", "its", "this", "that", "these", "those",           "they",   "their", "them",
                                 "he", "she", "his",  "her",  "it's",  "it\xe2\x80\x99s", "they're"};
  static const word_set of_nothing{"possible", "impossible", "necessary", "important", "recommended", "advisable",
                                   "worth",    "best",       "useful",    "common",    "easy",        "good"};
  static const word_set of_the_text{"chapter", "section", "page", "document", "manual", "appendix", "article", "guide"};
  s.remove_prefix(leading_connective(s));
  auto ws = split_words(s.substr(0, 60));
  auto word = [&ws](std::size_t i) { return i < ws.size() ? lower(trim_punctuation(ws[i])) : std::string{}; };
  if (!pronouns.contains(word(0)) || of_the_text.contains(word(1)))
    return false;
  auto shortened = word(0) == "it's" || word(0) == "it\xe2\x80\x99s";
  if (!shortened && (word(0) != "it" || (word(1) != "is" && word(1) != "was")))
    return true;
  auto said = shortened ? 1u : 2u;
  return !of_nothing.contains(word(said)) && !of_nothing.contains(word(said + 1));
}

bool is_scrap(std::string_view s) {
  constexpr std::string_view ends = ".!:;)\"'";
  auto ended = ends.find(s.back()) != std::string_view::npos || (s.back() & 0x80) != 0;
  auto noted = s.find(": "); // "Backup owner: Tomas Lind."
  auto note = noted != std::string_view::npos && noted < 40 && s.size() > noted + 3 && is_upper(s.front());
  if (!note && (s.size() < 20 || !ended))
    return true;
  auto ws = split_words(s);
  auto letters =
    std::count_if(s.begin(), s.end(), [](char c) { return is_lower(c) || is_upper(c) || (c & 0x80) != 0; });
  auto wide = std::count_if(s.begin(), s.end(), [](char c) { return (c & 0x80) != 0; });
  auto unspaced = static_cast<std::size_t>(wide) * 2 > s.size(); // a script that puts no spaces between words
  if ((ws.size() < 4 && !unspaced && !note) || static_cast<std::size_t>(letters) * 2 < s.size())
    return true;
  if (note)
    return false;
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
