#include "actors/embed/chunker.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

namespace troupe {

namespace {

using span = std::pair<std::uint32_t, std::uint32_t>;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return upper(c) || lower(c); }

/// Abbreviations that want something after them, lower-cased, without their last dot. Those that often end a sentence
/// ("etc.", "Inc.") are not here: before a small letter ICU does not break after them either.
constexpr std::array<std::string_view, 56> wanting = {
  "e.g", "i.e",  "eg",   "ie",   "cf",  "vs",   "viz", "dr",   "mr",   "mrs",  "ms",  "prof",   "st",   "rev",
  "gen", "col",  "capt", "lt",   "sgt", "hon",  "sen", "rep",  "gov",  "pres", "fig", "figs",   "eq",   "eqs",
  "sec", "secs", "ch",   "chap", "vol", "vols", "pp",  "ref",  "refs", "tab",  "app", "approx", "resp", "ca",
  "z.b", "d.h",  "bzw",  "vgl",  "nr",  "abb",  "u.a", "p.ex", "art",  "ed",   "eds", "trans",  "def",  "thm"};

bool is_wanting(std::string_view word) {
  if (word.empty() || word.size() > 6)
    return false;
  std::string folded;
  for (char c : word)
    folded.push_back(upper(c) ? static_cast<char>(c + 32) : c);
  return std::find(wanting.begin(), wanting.end(), folded) != wanting.end();
}

/// The word that ends at `end`, dots inside it included.
std::string_view word_before(std::string_view text, std::size_t end) {
  auto from = end;
  while (from > 0 && (letter(text[from - 1]) || text[from - 1] == '.'))
    --from;
  return text.substr(from, end - from);
}

/// "J." before a name: a single capital that opens the sentence or follows a capitalised word or another initial.
bool is_initial(std::string_view text, std::size_t begin, std::size_t dot) {
  if (dot == 0 || !upper(text[dot - 1]) || (dot >= 2 && (letter(text[dot - 2]) || digit(text[dot - 2]))))
    return false;
  auto at = dot - 1;
  if (at == begin || text[at - 1] == '.')
    return true;
  while (at > begin && blank(text[at - 1]))
    --at;
  auto end = at;
  if (end > begin && text[end - 1] == '.')
    return true;
  while (at > begin && letter(text[at - 1]))
    --at;
  return at < end && upper(text[at]);
}

bool ends_sentence(char c) { return c == '.' || c == '?' || c == '!' || c == ':' || c == ';'; }

/// Whether what ICU took for two sentences, `a` and then `b`, is one.
bool continues(std::string_view text, span a, span b) {
  auto gap = text.substr(a.second, b.first - a.second);
  auto breaks = std::count(gap.begin(), gap.end(), '\n');
  auto last = text[a.second - 1];
  auto next = text[b.first];
  if (breaks > 1)
    return false;
  if (last == '.') {
    auto dot = a.second - 1;
    auto word = word_before(text, dot);
    if (word == "No" || word == "no" || word == "p")
      return digit(next);
    return is_wanting(word) || (upper(next) && is_initial(text, a.first, dot));
  }
  // A wrapped line: nothing ended, and what follows is not a beginning.
  return breaks == 1 && !ends_sentence(last) && (lower(next) || (digit(next) && a.second - a.first > 40));
}

struct break_closer {
  void operator()(UBreakIterator* x) const { ubrk_close(x); }
};

/// Opening one costs more than a page of text, so each thread keeps its own. Greek, whose question mark is a semicolon,
/// is the only language with rules of its own.
UBreakIterator* sentence_breaks(bool greek) {
  thread_local std::array<std::unique_ptr<UBreakIterator, break_closer>, 2> made;
  auto& breaks = made[greek ? 1 : 0];
  if (!breaks) {
    UErrorCode status = U_ZERO_ERROR;
    breaks.reset(ubrk_open(UBRK_SENTENCE, greek ? "el" : "root", nullptr, 0, &status));
    if (U_FAILURE(status) != 0)
      breaks.reset();
  }
  return breaks.get();
}

span trimmed(std::string_view text, std::uint32_t from, std::uint32_t to) {
  while (from < to && blank(text[from]))
    ++from;
  while (to > from && blank(text[to - 1]))
    --to;
  return {from, to};
}

} // namespace

std::vector<span> sentences(std::string_view text, std::string_view language) {
  std::vector<span> result;
  auto take = [&](std::int32_t from, std::int32_t to) {
    auto next = trimmed(text, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to));
    if (next.first == next.second)
      return;
    if (!result.empty() && continues(text, result.back(), next))
      result.back().second = next.second;
    else
      result.push_back(next);
  };
  auto* breaks = sentence_breaks(language.substr(0, 2) == "el");
  UErrorCode status = U_ZERO_ERROR;
  UText utf8 = UTEXT_INITIALIZER;
  utext_openUTF8(&utf8, text.data(), static_cast<std::int64_t>(text.size()), &status);
  if (breaks == nullptr || U_FAILURE(status) != 0) {
    take(0, static_cast<std::int32_t>(text.size()));
    return result;
  }
  ubrk_setUText(breaks, &utf8, &status);
  auto from = ubrk_first(breaks);
  for (auto to = ubrk_next(breaks); to != UBRK_DONE; from = to, to = ubrk_next(breaks))
    take(from, to);
  utext_close(&utf8);
  return result;
}

} // namespace troupe
