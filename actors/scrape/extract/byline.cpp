#include "actors/scrape/extract/byline.hpp"

#include <algorithm>
#include <array>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/calendar_date.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_byline = 100;

/// Words that begin what follows the name. With a space on both sides.
constexpr std::array behind{" published ",
                            " updated ",
                            " posted ",
                            " on ",
                            " am ",
                            " le ",
                            " vor ",
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

std::string_view without_lead(std::string_view x) {
  for (std::string_view lead : {"written by", "posted by", "reported by", "by", "von", "par", "por", "da", "door", "av",
                                "af", "author", "autor", "auteur", "text", "story by"}) {
    if (!equals_ignoring_case(x.substr(0, lead.size()), lead))
      continue;
    auto rest = x.substr(lead.size());
    if (rest.starts_with(':') || (rest.starts_with(' ') && !(lead == "da" || lead == "text" || lead == "author")))
      return trim(rest.substr(1));
  }
  return x;
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
  while (!name.empty() && (is_space(name.back()) || name.back() == ',' || name.back() == '-' || name.back() == '|'))
    name.remove_suffix(1);
  return name;
}

} // namespace

bool is_address(std::string_view x) {
  return x.starts_with("http:") || x.starts_with("https:") || x.starts_with("www.") || x.starts_with("//")
         || x.starts_with("/");
}

std::string cleaned_byline(std::string_view line) {
  auto x = without_date(without_lead(trim(line)));
  if (x.size() > longest_byline || x.size() < 2 || is_address(x))
    return {};
  return std::string{x};
}

} // namespace troupe
