#include "actors/scrape/extract/byline.hpp"

#include <algorithm>
#include <array>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/calendar_date.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_byline = 100;

/// What stands before a name, lower case, longest first where one begins with another.
constexpr std::array leads_list{
  "published by|written by|posted by|reported by|created by|article by|story by|words by|text by|post author",
  "view all posts by|all posts by|more posts by|posts by|about the author|author profile|by",
  "ver\xC3\xB6"
  "ffentlicht von|geschrieben von|eingestellt von|erstellt von|verfasst von|publiziert von",
  "ein artikel von|artikel von|ein beitrag von|beitrag von|text von|zeige alle beitr\xC3\xA4ge von",
  "alle artikel von|alle beitr\xC3\xA4ge von|alles von|mehr von|von|vom",
  "publi\xC3\xA9 par|\xC3\xA9"
  "crit par|r\xC3\xA9"
  "dig\xC3\xA9 par|par|publicado por|escrito por|por",
  "pubblicato da|scritto da|geschreven door|door|skrevet af|skrevet av|skriven av|av|af",
  "autorenteam|autorin|autoren|autorka|autores|autore|autor|auteurs|auteur|authors|author|text|tekst|texte|da"};

/// Calls `found` with each lead until it says so.
template <class Found>
bool any_lead(Found found) {
  for (std::string_view list : leads_list)
    while (!list.empty()) {
      auto end = std::min(list.find('|'), list.size());
      if (found(list.substr(0, end)))
        return true;
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  return false;
}

/// Of those, words that begin names or sentences too: only a colon or the markup's own bound sets them apart.
constexpr bool needs_bound(std::string_view lead) {
  return lead == "da" || lead == "text" || lead == "tekst" || lead == "texte" || lead.starts_with("aut");
}

/// Words that begin what follows the name. With a space on both sides.
constexpr std::array behind{" published ",
                            " updated ",
                            " posted ",
                            " on ",
                            " am ",
                            " le ",
                            " vor ",
                            " stand ",
                            " before ",
                            " p\xC5\x99"
                            "ed ",
                            " hace ",
                            " il y a ",
                            " ver\xC3\xB6"
                            "ffentlicht ",
                            " | ",
                            " \xE2\x80\xA2 ",
                            " \xC2\xB7 ",
                            " \xE2\x80\x94 ",
                            " \xE2\x80\x93 "};

/// Words for which there is no author, and those of the line around one.
constexpr std::array<std::string_view, 22> no_names{"no author",
                                                    "admin",
                                                    "administrator",
                                                    "unknown",
                                                    "unknown author",
                                                    "posted",
                                                    "posted on",
                                                    "posted in",
                                                    "published",
                                                    "published on",
                                                    "updated",
                                                    "last updated",
                                                    "ver\xC3\xB6"
                                                    "ffentlicht",
                                                    "ver\xC3\xB6"
                                                    "ffentlicht am",
                                                    "publiziert am",
                                                    "erstellt am",
                                                    "publi\xC3\xA9 le",
                                                    "publicado el",
                                                    "datum",
                                                    "date",
                                                    "share",
                                                    "follow"};

bool is_mark(char c) { return c == ',' || c == '-' || c == '|' || c == ':' || c == ';' || c == '/'; }

bool starts_with_dash_or_dot(std::string_view x) {
  return x.starts_with("\xE2\x80\x94") || x.starts_with("\xE2\x80\x93") || x.starts_with("\xE2\x80\xA2");
}

/// Without the marks that set the parts of a line apart.
std::string_view without_marks(std::string_view x) {
  for (auto before = x.size() + 1; before != x.size();) {
    before = x.size();
    x = trim(x);
    if (!x.empty() && is_mark(x.front()))
      x.remove_prefix(1);
    if (starts_with_dash_or_dot(x))
      x.remove_prefix(3);
    if (!x.empty() && is_mark(x.back()))
      x.remove_suffix(1);
    if (x.size() >= 3 && starts_with_dash_or_dot(x.substr(x.size() - 3)))
      x.remove_suffix(3);
  }
  return x;
}

std::string_view without_lead(std::string_view x) {
  auto result = x;
  any_lead([&](std::string_view lead) {
    if (!equals_ignoring_case(x.substr(0, lead.size()), lead))
      return false;
    auto rest = x.substr(lead.size());
    auto apart = rest.starts_with(':') || rest.starts_with(" :") || rest.starts_with(" - ");
    if (!apart && (!rest.starts_with(' ') || needs_bound(lead)))
      return false;
    result = without_marks(rest);
    return true;
  });
  return result;
}

/// The date at the end goes: from the first digit on, and the name of the month before it.
std::string_view without_date(std::string_view x) {
  for (std::string_view word : behind)
    if (auto at = x.find(word); at != x.npos && at > 2) {
      auto rest = x.substr(at);
      if (std::any_of(rest.begin(), rest.end(), is_digit))
        return trim(x.substr(0, at));
    }
  auto digit = std::find_if(x.begin(), x.end(), is_digit);
  if (digit == x.end() || calendar_date(x).empty())
    return x;
  auto name = x.substr(0, static_cast<std::size_t>(digit - x.begin()));
  // "A Name May 20, 2019": the words in front of the day are the date's if the date needs them.
  if (calendar_date(x.substr(name.size())).empty())
    if (auto space = trim(name).rfind(' '); space != name.npos)
      name = name.substr(0, space);
  return name;
}

bool has_year(std::string_view x) {
  int digits = 0;
  for (char c : x) {
    digits = is_digit(c) ? digits + 1 : 0;
    if (digits == 4)
      return true;
  }
  return false;
}

/// Who made the picture, or where it is from.
bool credits_other(std::string_view x) {
  constexpr std::array<std::string_view, 8> words{"foto", "fotos", "photo",  "photos",
                                                  "bild", "image", "quelle", "source"};
  auto word = x.substr(0, std::min(x.find_first_of(" :"), x.size()));
  return std::any_of(words.begin(), words.end(), [word](auto y) { return equals_ignoring_case(word, y); });
}

bool is_no_name(std::string_view x) {
  return std::any_of(no_names.begin(), no_names.end(), [x](auto y) { return equals_ignoring_case(x, y); });
}

bool is_name(std::string_view x) {
  if (x.size() > longest_byline || x.size() < 2 || is_address(x) || x.front() == '#' || x.front() == '@'
      || x.find('<') != x.npos)
    return false;
  if ((is_digit(x.front()) && has_year(x)) || is_byline_lead(x) || is_no_name(x) || credits_other(x))
    return false;
  return std::any_of(x.begin(), x.end(), [](char c) { return is_alpha(c) || static_cast<unsigned char>(c) >= 0x80; });
}

/// Does a run after the name's begin the date, or something else that a mark sets apart?
bool begins_other(std::string_view run) {
  if (is_digit(run.front()) || run.front() == '|' || run.front() == '@' || starts_with_dash_or_dot(run)
      || run.starts_with("\xC2\xB7") || is_no_name(run))
    return true;
  auto padded = " " + std::string{run} + " ";
  return std::any_of(behind.begin(), behind.end(), [&](std::string_view word) {
    return equals_ignoring_case(std::string_view{padded}.substr(0, word.size()), word);
  });
}

} // namespace

bool is_address(std::string_view x) {
  return x.starts_with("http:") || x.starts_with("https:") || x.starts_with("www.") || x.starts_with("//")
         || x.starts_with("/");
}

bool is_byline_lead(std::string_view x) {
  x = without_marks(x);
  return any_lead([x](auto lead) { return equals_ignoring_case(x, lead); });
}

std::string cleaned_byline(std::string_view line) {
  constexpr int most_leads = 3; // "Author: by"
  auto x = without_marks(line);
  for (int i = 0; i < most_leads; ++i)
    x = without_lead(x);
  if (auto handle = x.find(" @"); handle != x.npos && handle > 2)
    x = x.substr(0, handle);
  x = without_marks(without_date(x));
  return is_name(x) ? std::string{x} : std::string{};
}

std::string cleaned_byline(const std::vector<std::string>& runs) {
  std::string line;
  for (auto& run : runs) {
    auto x = without_marks(run);
    if (line.empty() && (x.empty() || is_byline_lead(x)))
      continue;
    if (run == block_bound || (!line.empty() && !trim(run).empty() && begins_other(trim(run))))
      break;
    line += run;
  }
  return cleaned_byline(collapse(line));
}

std::string joined_names(const std::vector<std::string>& names) {
  std::vector<std::string_view> each;
  for (auto& x : names)
    if (!x.empty() && std::find(each.begin(), each.end(), x) == each.end())
      each.push_back(x);
  auto inverted =
    each.size() > 1 && std::any_of(each.begin(), each.end(), [](auto x) { return x.find(',') != x.npos; });
  std::string out;
  for (auto x : each)
    out.append(out.empty() ? "" : inverted ? "; " : ", ").append(x);
  return std::string{clip(out, longest_byline)};
}

} // namespace troupe
