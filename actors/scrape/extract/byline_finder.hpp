#pragma once
/// Who wrote it, by the elements of a page.

#include <string>

#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

/// Names that elements declare to be the author's (`rel`, `itemprop`, class), or that a line beside the heading gives
/// after "By"; empty when nothing says so. Parts beside the text (sidebars, comments, teasers) are not asked.
std::string find_byline(const page_survey& survey);

} // namespace troupe
