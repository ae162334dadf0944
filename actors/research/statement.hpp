#pragma once
/// A sentence taken apart into what it says in figures, dates and denials and what it says that of, so that two
/// sentences about the same thing which can't both hold are found. Conservative: what is in doubt is no contradiction.

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace troupe {

struct statement {
  std::map<std::string, std::set<std::string>> figures; ///< by unit, "" without: "30 days" is day → 30
  std::map<std::string, std::set<std::string>> dates;   ///< by sort: year, month (with the day: "may 12"), weekday
  std::set<std::string> names;                          ///< figures that name a thing: "valve 12", "version 3"
  std::set<std::string> rest;                           ///< the other words that say something, as compared
  bool negated = false;
};

/// `asked`: figures of the question, which name what it is about ("at what pressure is valve 12 opened"). Months, days
/// and denials are told in English, figures everywhere.
statement take_apart(std::string_view sentence, const std::set<std::string>& asked = {});

enum class difference { none, figures, dates, negation };

/// What keeps both from holding. The same names, and
/// - figures: half of their words in common, for one unit no value in common, no date that differs (they may speak of
///   two times);
/// - dates: the same, of one sort no date in common, no figure that differs;
/// - negation: just one of them denies, and nothing else but a word in five differs.
difference between(const statement& a, const statement& b);

} // namespace troupe
