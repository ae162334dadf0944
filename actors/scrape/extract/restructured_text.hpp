#pragma once
/// reStructuredText files as blocks: what Docutils and Sphinx would show of them, without running either.

#include <string>
#include <string_view>

#include "actors/scrape/extract/block_writer.hpp"

namespace troupe {

/// By the ending of the file's name (`.rst`, `.rst.txt`), or by directives and underlined headings in the text.
bool looks_like_restructured_text(std::string_view path, std::string_view text);

/// Directives that only steer (`index`, `toctree`, labels, comments) and options leave nothing; the body of `note` and
/// its like is prose, `function` and other descriptions are definitions, `versionadded` reads "New in version …".
/// Roles read as their text. Gives the first heading.
std::string write_restructured_text(std::string_view text, block_writer& out);

} // namespace troupe
