#include "actors/scrape/extract/calendar_date.hpp"

#include <array>
#include <chrono>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

std::string format(unsigned year, unsigned month, unsigned day) {
  std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                   std::chrono::day{day}};
  if (year < 1900 || year > 2100 || !date.ok())
    return {};
  auto two = [](unsigned x) { return std::string{static_cast<char>('0' + x / 10), static_cast<char>('0' + x % 10)}; };
  return std::to_string(year) + "-" + two(month) + "-" + two(day);
}

/// A number or a word of the text, and the character behind it.
struct part {
  std::string_view text;
  unsigned number = 0; ///< 0 for words
  unsigned month = 0;  ///< of a month's name
  char behind = ' ';
};

unsigned month_named(std::string_view word) {
  constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                    "may",       "june",     "july",     "august",
                                                    "september", "october",  "november", "december"};
  if (word.size() < 3 || word.size() > 9)
    return 0;
  auto lower = lower_case(word);
  for (unsigned i = 0; i < months.size(); ++i)
    if (months[i].starts_with(lower) || (lower == "sept" && i == 8))
      return i + 1;
  return 0;
}

std::vector<part> split(std::string_view text) {
  std::vector<part> parts;
  text = clip(text, 256);
  for (std::size_t i = 0; i < text.size() && parts.size() < 40;) {
    auto digits = is_digit(text[i]);
    if (!digits && !is_alpha(text[i])) {
      ++i;
      continue;
    }
    auto begin = i;
    while (i < text.size() && (digits ? is_digit(text[i]) : is_alpha(text[i])))
      ++i;
    part x;
    x.text = text.substr(begin, i - begin);
    x.behind = i < text.size() ? text[i] : ' ';
    if (digits && x.text.size() <= 8)
      for (char c : x.text)
        x.number = x.number * 10 + static_cast<unsigned>(c - '0');
    if (!digits)
      x.month = month_named(x.text);
    // "1st", "31st"
    if (digits && x.text.size() <= 2 && is_alpha(x.behind))
      while (i < text.size() && is_alpha(text[i]) && text[i] != 'T')
        ++i;
    parts.push_back(x);
  }
  return parts;
}

std::string read_three(const part& a, const part& b, const part& c) {
  if (a.text.size() == 4 && a.number != 0 && b.number != 0 && c.number != 0 && b.text.size() <= 2
      && a.behind == b.behind)
    return format(a.number, b.number, c.text.size() <= 2 ? c.number : 0);
  if (a.number != 0 && a.text.size() <= 2 && b.month != 0 && c.text.size() == 4)
    return format(c.number, b.month, a.number);
  if (a.month != 0 && b.number != 0 && b.text.size() <= 2 && c.text.size() == 4)
    return format(c.number, a.month, b.number);
  if (a.behind == '.' && b.behind == '.' && a.number != 0 && b.number != 0 && c.text.size() == 4)
    return format(c.number, b.number, a.number);
  return {};
}

} // namespace

std::string calendar_date(std::string_view text) {
  auto parts = split(text);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + 2 < parts.size())
      if (auto found = read_three(parts[i], parts[i + 1], parts[i + 2]); !found.empty())
        return found;
    if (parts[i].text.size() == 8 && parts[i].number != 0) {
      auto n = parts[i].number;
      if (auto found = format(n / 10000, n / 100 % 100, n % 100); !found.empty())
        return found;
    }
  }
  return {};
}

std::string date_in_path(std::string_view path) {
  for (std::size_t i = 0; i + 11 <= path.size(); ++i) {
    if (path[i] != '/' || (path[i + 5] != '/' && path[i + 5] != '-') || path[i + 5] != path[i + 8])
      continue;
    auto part_at = [&](std::size_t at, std::size_t n) {
      unsigned value = 0;
      for (auto j = at; j < at + n; ++j)
        value = is_digit(path[j]) ? value * 10 + static_cast<unsigned>(path[j] - '0') : 99999;
      return value;
    };
    auto year = part_at(i + 1, 4);
    auto month = part_at(i + 6, 2);
    auto day = part_at(i + 9, 2);
    if (year < 10000 && month < 100 && day < 100 && (i + 11 == path.size() || !is_digit(path[i + 11])))
      if (auto found = format(year, month, day); !found.empty())
        return found;
  }
  return {};
}

} // namespace troupe
