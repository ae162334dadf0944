#pragma once
/// Which part of a page is its main text.

#include <cstdint>

#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

/// Drops boilerplate in `survey` and gives the element whose remaining text is the page's content.
std::uint32_t select_content(page_survey& survey);

} // namespace troupe
