#pragma once
/// Text as Markdown that renders as the same text (CommonMark 0.30).

#include <string>
#include <string_view>

namespace troupe {

/// Appends `text` to `out`, with a backslash where a character would mean something. `line_start`: `out` is at the
/// start of a line.
void append_escaped(std::string& out, std::string_view text, bool line_start, bool in_table);

/// A code span with as many backticks as it needs.
std::string code_span(std::string_view code);

/// The fence that no line of `code` can end.
std::string fence_for(std::string_view code);

/// Link destination: white space, brackets and parentheses encoded.
std::string link_destination(std::string_view url);

} // namespace troupe
