#pragma once
/// The lead of an article: the paragraph or two that many sites set between the heading and the text, outside both.

#include <cstdint>
#include <vector>

#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

/// Elements that look like leads, in document order, none inside another; at most 8. They are found by what they are
/// called (`standfirst`, `itemprop="description"`) or because the page's description begins with the same words; they
/// follow a heading, and there is only one of each kind, which tells them from lists of teasers.
std::vector<std::uint32_t> find_leads(const page_survey& survey);

} // namespace troupe
