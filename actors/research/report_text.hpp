#pragma once
/// Operations on a report's Markdown that its renderings share.

#include <string>
#include <string_view>

#include "protocols/research.hpp"

namespace troupe {

/// The report without its list of sources, which renderings make from the data.
std::string_view without_sources(std::string_view markdown);

/// Citation marks `[3]` as links `[[3]](#citation-3)`; marks of citations that don't exist, escaped brackets and code
/// are left alone.
std::string link_marks(std::string_view markdown, const report& answer);

/// Without control characters (terminals obey some of them); tabs and line ends stay.
std::string without_controls(std::string_view text);

/// ", p. 12" behind a quote; empty for a source without pages.
std::string on_page(const citation& x);

} // namespace troupe
