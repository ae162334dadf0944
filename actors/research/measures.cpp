#include "actors/research/measures.hpp"

#include <algorithm>
#include <array>

#include "actors/research/words.hpp"

namespace troupe {

namespace {

const word_set lengths{"m",       "cm",      "mm",          "km",         "nm",         "metre",       "metres",
                       "meter",   "meters",  "centimetres", "feet",       "foot",       "inches",      "inch",
                       "ft",      "miles",   "mile",        "kilometres", "kilometers", "yard",        "yards",
                       "storeys", "stories", "floors",      "pixels",     "px",         "centimeters", "millimetres"};
const word_set weights{
  "kg",  "g",      "mg",    "t",      "tons", "ton",   "tonnes",    "tonne", "lb",
  "lbs", "pounds", "pound", "ounces", "oz",   "grams", "kilograms", "kilos", "kilo",
};
const word_set temperatures{"c",
                            "f",
                            "k",
                            "\xc2\xb0"
                            "c",
                            "\xc2\xb0"
                            "f",
                            "degrees",
                            "degree",
                            "kelvin",
                            "celsius",
                            "fahrenheit"};
const word_set times{"second",  "seconds", "ms",     "minute",      "minutes", "min",     "hour",
                     "hours",   "h",       "day",    "days",        "week",    "weeks",   "month",
                     "months",  "year",    "years",  "decades",     "decade",  "century", "centuries",
                     "quarter", "night",   "nights", "milliseconds"};

struct measured {
  std::string_view asked;
  const word_set* in;
};

/// "long" may be a time, a length or a number of characters: anything.
const std::array all_measures{measured{"tall", &lengths},      measured{"wide", &lengths},
                              measured{"deep", &lengths},      measured{"thick", &lengths},
                              measured{"heavy", &weights},     measured{"hot", &temperatures},
                              measured{"cold", &temperatures}, measured{"early", &times},
                              measured{"soon", &times},        measured{"old", &times}};

/// The letters of "75°C", "210kW"; the whole word otherwise.
std::string unit_of(std::string_view word) {
  auto letters = word.find_first_not_of("0123456789.,");
  return lower(letters == std::string_view::npos ? std::string_view{} : word.substr(letters));
}

} // namespace

bool fits_measure(std::string_view asked, std::string_view sentence) {
  auto it = std::find_if(all_measures.begin(), all_measures.end(), [asked](auto& x) { return x.asked == asked; });
  if (it == all_measures.end())
    return true;
  auto words = split_words(sentence);
  return std::any_of(words.begin(), words.end(),
                     [&](auto& w) { return it->in->contains(unit_of(trim_punctuation(w))); });
}

bool tells_one_unit(std::string_view sentence) {
  auto words = split_words(sentence);
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (auto w = lower(words[i]); (w == "a" || w == "an") && times.contains(lower(trim_punctuation(words[i + 1]))))
      return true;
  return false;
}

} // namespace troupe
