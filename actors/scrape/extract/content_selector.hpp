#pragma once
/// Which part of a page is its main text.

#include <cstdint>
#include <vector>

#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

/// The page's content is what remains of these elements' text, in document order.
struct selection {
  std::vector<std::uint32_t> leads; ///< paragraphs above `root` that sum up the article
  std::uint32_t root = 0;
};

/// Drops boilerplate in `survey` and says where the content is.
selection select_content(page_survey& survey);

} // namespace troupe
