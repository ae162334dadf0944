#pragma once
/// Title, by-line, date and language of a page.

#include <string>
#include <string_view>

#include "actors/scrape/extract/page_survey.hpp"
#include "actors/scrape/extract/structured_data.hpp"

namespace troupe {

struct page_metadata {
  std::string title;
  std::string byline;
  std::string published; ///< `YYYY-MM-DD`
  std::string language;  ///< as the page declares it
};

/// `structured`: of the same page. `path`: of its URL.
page_metadata read_metadata(const page_survey& survey, const structured_article& structured, std::string_view path);

} // namespace troupe
