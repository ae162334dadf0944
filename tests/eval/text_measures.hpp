#pragma once
/// How extracted texts, titles and by-lines are compared with the expected ones.

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::eval {

/// White space (with the no-break and other Unicode spaces that `\s` means) as one space.
inline std::string normalised(std::string_view x) {
  std::string out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto rest = x.substr(i);
    std::size_t width = 0;
    if (std::string_view{" \t\n\r\f\v\x1C\x1D\x1E\x1F"}.find(x[i]) != std::string_view::npos)
      width = 1;
    else if (rest.starts_with("\xC2\xA0") || rest.starts_with("\xC2\x85"))
      width = 2;
    else if (rest.starts_with("\xE3\x80\x80") || rest.starts_with("\xE2\x80\xAF") || rest.starts_with("\xE2\x80\xA8")
             || rest.starts_with("\xE2\x80\xA9")
             || (rest.starts_with("\xE2\x80") && rest.size() > 2 && static_cast<unsigned char>(rest[2]) <= 0x8A))
      width = 3;
    if (width == 0) {
      out += x[i];
      continue;
    }
    i += width - 1;
    if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

/// Bytes at the start of `x` that no word holds: white space, punctuation and symbols, of Unicode's Latin-1,
/// general-punctuation, CJK-punctuation and full-width blocks too (what `\\w` leaves out, nearly).
inline std::size_t between_words(std::string_view x) {
  auto c = static_cast<unsigned char>(x[0]);
  if (c < 0x80)
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ? 0 : 1;
  auto d = x.size() > 1 ? static_cast<unsigned char>(x[1]) : 0u;
  if (c == 0xC2)
    return 2;
  if (c == 0xE2 && d >= 0x80 && d <= 0xAF)
    return 3;
  if (c == 0xE3 && d == 0x80)
    return 3;
  return c == 0xEF && (d == 0xBC || d == 0xBB) ? 3 : 0;
}

inline std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i < text.size();) {
    auto gap = between_words(text.substr(i));
    if (gap == 0) {
      auto c = text[i++];
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      continue;
    }
    i += gap;
    if (!word.empty())
      words.push_back(std::move(word)), word.clear();
  }
  if (!word.empty())
    words.push_back(std::move(word));
  return words;
}

/// Runs of four words with how often they occur.
inline std::map<std::string, int> shingles(std::string_view text) {
  auto words = words_of(text);
  std::map<std::string, int> out;
  constexpr std::size_t n = 4;
  if (words.size() < n && !words.empty())
    words.resize(n);
  for (std::size_t i = 0; i + n <= words.size(); ++i)
    ++out[words[i] + ' ' + words[i + 1] + ' ' + words[i + 2] + ' ' + words[i + 3]];
  return out;
}

/// Does the tag at the start of `x` stand inside a word or line, so that taking it off leaves no space?
inline bool inline_tag(std::string_view x) {
  x.remove_prefix(std::min<std::size_t>(x.starts_with("</") ? 2 : 1, x.size()));
  auto name = x.substr(0, x.find_first_of(" \t\r\n/>"));
  constexpr std::array names{"a",    "abbr", "b", "cite", "code",  "del",  "em",     "font", "i",   "ins", "kbd",
                             "mark", "q",    "s", "samp", "small", "span", "strong", "sub",  "sup", "u",   "var"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Text of an expected article: its tags taken off.
inline std::string stripped(const std::string& html) {
  std::string out;
  bool inside = false;
  bool inline_one = false;
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '<') {
      inside = true;
      inline_one = inline_tag(std::string_view{html}.substr(i));
    }
    if (!inside)
      out += html[i];
    if (html[i] == '>') {
      inside = false;
      out += inline_one ? "" : " ";
    }
  }
  for (auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
         {"&nbsp;", " "}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}})
    for (std::size_t at = 0; (at = out.find(from, at)) != out.npos; at += to.size())
      out.replace(at, from.size(), to);
  return out;
}

/// A by-line as a person compares it. The expected ones are lines as pages print them, ours are names, so of both go:
/// case, white space, "By" and its like in front, and a date behind (what follows a month's name or a day's number, if
/// a year is in it). Everything else has to agree, a job or an employer behind the name too. Empty when only a date is
/// there: such an expectation nobody can meet.
inline std::string byline_name(std::string_view line) {
  auto x = normalised(line);
  for (auto& c : x)
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (std::string_view lead : {"written by ", "by ", "par ", "von "})
    if (x.starts_with(lead)) {
      x.erase(0, lead.size());
      break;
    }
  auto digit = x.find_first_of("0123456789");
  auto year = x.find("19") != x.npos || x.find("20") != x.npos;
  auto gap = digit == x.npos ? x.npos : x.find_first_not_of("0123456789", digit);
  auto date = year && gap != x.npos && x.find_first_of("0123456789", gap) != x.npos; // a day and a year, not "ann1984"
  if (date) {
    constexpr std::array months{"january", "february", "march",     "april",   "may",      "june",
                                "july",    "august",   "september", "october", "november", "december"};
    x.resize(digit);
    for (std::string_view month : months)
      if (normalised(x).ends_with(month))
        x = normalised(x).substr(0, normalised(x).size() - month.size());
  }
  while (!x.empty() && (x.back() == ' ' || x.back() == ','))
    x.pop_back();
  return x;
}

inline bool same_byline(std::string_view wanted, std::string_view ours) {
  auto name = byline_name(wanted);
  return !name.empty() && name == byline_name(ours);
}

} // namespace troupe::eval
