#include "actors/research/statement.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "actors/research/phrases.hpp"
#include "actors/research/question.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

using namespace phrases;

constexpr double same_thing = 0.5;      // Jaccard of the other words
constexpr double same_words = 0.8;      // the same, where only a denial tells two sentences apart
constexpr std::size_t enough_words = 3; // in common then: "It is not" denies nothing

const word_set months{"january", "february", "march",     "april",   "may",      "june",
                      "july",    "august",   "september", "october", "november", "december"};
const word_set weekdays{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
const word_set denials{"not", "never", "no", "cannot", "none", "neither", "nor", "without"};
const word_set says_little{"a",    "an",   "the", "is",   "are",  "was",  "were", "be",   "been", "it",   "its",
                           "of",   "in",   "on",  "at",   "to",   "for",  "and",  "by",   "do",   "does", "did",
                           "has",  "have", "had", "will", "can",  "with", "from", "that", "this", "as",   "or",
                           "each", "than", "t",   "only", "just", "now",  "up",   "about"};
const word_set names_a_figure{"version", "release", "section", "chapter", "table", "figure", "page",
                              "part",    "number",  "no",      "step",    "line",  "rfc",    "appendix"};
constexpr std::array number_words = std::to_array<std::string_view>(
  {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"});

/// "7,200" as 7200; "6.5" stays. Empty when `w` doesn't begin with a digit.
std::string figure_of(std::string_view w) {
  std::string out;
  for (std::size_t i = 0; i < w.size() && (is_digit(w[i]) || w[i] == '.' || w[i] == ','); ++i) {
    auto groups = w[i] == ',' && i + 3 < w.size() && is_digit(w[i + 1]) && is_digit(w[i + 2]) && is_digit(w[i + 3]);
    if (!groups)
      out += w[i];
  }
  while (!out.empty() && !is_digit(out.back()))
    out.pop_back();
  return out;
}

bool is_year(const std::string& figure) {
  return figure.size() == 4 && (figure[0] == '1' || figure[0] == '2') && figure.find('.') == std::string::npos;
}

std::string as_compared(std::string_view w) {
  auto out = comparable(w);
  return out.empty() ? std::string{} : out.front();
}

/// Reads a sentence word by word.
class reader {
public:
  reader(std::string_view sentence, const std::set<std::string>& asked)
    : words_(split_words(sentence)), asked_(asked) {}

  statement read() {
    for (at_ = 0; at_ < words_.size(); ++at_)
      read_word(trim_punctuation(words_[at_]));
    return std::move(out_);
  }

private:
  void read_word(std::string_view w) {
    auto low = lower(w);
    auto spelled = std::find(number_words.begin(), number_words.end(), low);
    auto sign = w.find_first_of("0123456789"); // "€95"
    auto money = sign != w.npos && sign > 0 && (w[0] == '$' || (w[0] & 0x80) != 0);
    auto figure = figure_of(money ? w.substr(sign) : w);
    if (!figure.empty())
      add_figure(figure, money ? std::string{w.substr(0, sign)} : unit_behind(w, figure));
    else if (spelled != number_words.end() && low != "one") // "one" is hardly ever a figure
      add_figure(std::to_string(spelled - number_words.begin()), next());
    else if (months.contains(low) && is_upper(w[0]))
      add_month(low);
    else if (weekdays.contains(low) || (low.ends_with('s') && weekdays.contains(low.substr(0, low.size() - 1))))
      out_.dates["weekday"].insert(low.substr(0, low.find("day") + 3));
    else if (denials.contains(low) || low.ends_with("n't") || low.ends_with("n\xe2\x80\x99t"))
      out_.negated = true;
    else
      for (auto& x : comparable(w))
        if (!says_little.contains(x))
          out_.rest.insert(x);
  }

  void add_figure(const std::string& figure, const std::string& unit) {
    auto before = at_ > 0 ? words_[at_ - 1] : std::string{};
    auto low = lower(trim_punctuation(before));
    if (months.contains(low) || months.contains(lower(next_as_written())))
      return;                                                         // a day of that month: see `add_month`
    auto capital = at_ > 1 && !before.empty() && is_upper(before[0]); // "the Room 12"
    if (names_a_figure.contains(low) || capital || asked_.contains(figure)) {
      auto name = as_compared(before);
      out_.names.insert(name + " " + figure);
      out_.rest.erase(name);
    } else if (is_year(figure) && unit.empty()) {
      out_.dates["year"].insert(figure);
    } else {
      out_.figures[unit].insert(figure);
    }
  }

  /// With the day before or behind it.
  void add_month(const std::string& month) {
    auto day = at_ > 0 ? figure_of(words_[at_ - 1]) : std::string{};
    auto after = figure_of(next_as_written());
    if (day.empty() && after.size() <= 2)
      day = after;
    out_.dates["month"].insert(day.empty() ? month : month + " " + day);
    if (is_year(after))
      out_.dates["year"].insert(after);
  }

  [[nodiscard]] std::string next_as_written() const {
    return at_ + 1 < words_.size() ? std::string{trim_punctuation(words_[at_ + 1])} : std::string{};
  }

  /// The next word as compared, when it can be a unit.
  [[nodiscard]] std::string next() const {
    auto w = next_as_written();
    auto ends = words_[at_].find_last_of(".;:)") == words_[at_].size() - 1;
    auto unit = as_compared(w);
    return ends || says_little.contains(lower(w)) || unit.empty() || is_digit(unit[0]) ? std::string{} : unit;
  }

  /// "12kg" has its unit, "12 kg" in the next word, "5%" is of a hundred.
  [[nodiscard]] std::string unit_behind(std::string_view w, const std::string& figure) const {
    auto letters = w.find_first_not_of("0123456789.,");
    auto rest = letters == w.npos ? std::string{} : lower(w.substr(letters));
    return !rest.empty() ? rest : is_year(figure) ? std::string{} : next();
  }

  std::vector<std::string> words_;
  const std::set<std::string>& asked_;
  std::size_t at_ = 0;
  statement out_;
};

using valued = std::map<std::string, std::set<std::string>>;

bool share_none(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::none_of(a.begin(), a.end(), [&b](auto& x) { return b.contains(x); });
}

/// Of one unit both tell values, and none is the same.
bool differ(const valued& a, const valued& b) {
  return std::any_of(a.begin(), a.end(), [&b](auto& x) {
    auto other = b.find(x.first);
    return other != b.end() && share_none(x.second, other->second);
  });
}

double overlap(const std::set<std::string>& a, const std::set<std::string>& b) {
  auto both = static_cast<double>(std::count_if(a.begin(), a.end(), [&b](auto& w) { return b.contains(w); }));
  auto all = static_cast<double>(a.size() + b.size()) - both;
  return all == 0 ? 0 : both / all;
}

} // namespace

statement take_apart(std::string_view sentence, const std::set<std::string>& asked) {
  return reader{sentence, asked}.read();
}

difference between(const statement& a, const statement& b) {
  auto common = overlap(a.rest, b.rest);
  if (a.names != b.names || common < same_thing)
    return difference::none;
  auto figures = differ(a.figures, b.figures);
  auto dates = differ(a.dates, b.dates);
  if (a.negated == b.negated)
    return figures && !dates ? difference::figures : dates && !figures ? difference::dates : difference::none;
  auto enough = std::min(a.rest.size(), b.rest.size()) >= enough_words;
  return enough && common >= same_words && a.figures == b.figures && a.dates == b.dates ? difference::negation
                                                                                        : difference::none;
}

} // namespace troupe
