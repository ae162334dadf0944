#pragma once
/// Title, by-line, date and language of a page.

#include <string>
#include <string_view>

#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

struct page_metadata {
  std::string title;
  std::string byline;
  std::string published; ///< `YYYY-MM-DD`
  std::string language;  ///< as the page declares it
};

/// `html`: the page before the pre-scan, for the dates in its JSON-LD. `path`: of its URL.
page_metadata read_metadata(const page_survey& survey, std::string_view html, std::string_view path);

} // namespace troupe
