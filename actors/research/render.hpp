#pragma once
/// A report for people: Markdown is the report's own; HTML is a page of its own; text is for terminals. All page text
/// is escaped.

#include <string>
#include <string_view>

#include "protocols/research.hpp"

namespace troupe {

/// A complete HTML page, readable without JavaScript. `text_links`: address prefix of source texts, such as
/// `/api/v1/research/r_…/sources/`; empty for a file that stands alone.
std::string render_html(const research_row& row, const report& answer, const std::string& text_links);

/// As DESIGN's sibling `experience.md` shows: title rule, answer wrapped at `width` columns, sources with quotes.
std::string render_terminal(const research_row& row, const report& answer, unsigned width, bool colour);

/// `&`, `<`, `>` and both quotes as character references: what page text passes through before it stands in HTML.
std::string escape_html(std::string_view s);

} // namespace troupe
