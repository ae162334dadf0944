#pragma once
/// What a figure measures: a height is told in metres, not twice a year.

#include <string_view>

namespace troupe {

/// Whether `sentence` has a figure with a unit in which `asked` ("tall", "heavy", "hot") is measured. True for what is
/// measured in anything ("many", "large").
bool fits_measure(std::string_view asked, std::string_view sentence);

/// A time told with an article: "a minute", "an hour".
bool tells_one_unit(std::string_view sentence);

} // namespace troupe
