#pragma once
/// What single lines of reStructuredText say of themselves.

#include <cstdint>
#include <string_view>

namespace troupe {

/// What becomes of a directive of reStructuredText (Docutils' and Sphinx's).
enum class directive_use : std::uint8_t {
  drop,      ///< steers only: gone with all below it
  code,      ///< what is below stays verbatim
  prose,     ///< what stands behind it and below is text
  version,   ///< the same, said to be of a version
  definition ///< describes what it names
};

directive_use use_of_directive(std::string_view name);

/// `index` of `.. index:: x`; empty for a line that is no directive. `rest` becomes what stands behind it.
std::string_view directive_name(std::string_view line, std::string_view& rest);

/// `.. ` or a bare `..`: a directive, label, note or comment.
bool is_explicit_markup(std::string_view line);

/// The mark of a line that could stand under a heading (`=====`); 0 for other lines.
char underline_mark(std::string_view line);

/// `rule` is such a line, and as long as `title`.
bool underlines(std::string_view rule, std::string_view title);

/// `====  ====` or `+---+---+`.
bool opens_table(std::string_view line);

/// `:name:` with or without text behind it.
bool is_field(std::string_view line);

} // namespace troupe
