#pragma once
/// The linear pre-scan in front of the HTML parser: markup in, less markup out.

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe {

struct scan_limits {
  std::size_t depth = 512;       ///< elements nested deeper lose their tags, not their text
  std::size_t elements = 300000; ///< start tags beyond are dropped
  std::size_t input = 16u << 20; ///< bytes beyond are dropped
};

/// Drops scripts, styles, SVG, comments, templates, `noscript`, form fields and media with their content; drops tags
/// and attributes that mean nothing to the extraction; closes what is implicitly closed as far as nesting is concerned.
/// `html` is UTF-8. Time is linear in its size, for any input; the parser behind it sees at most `depth` levels, ten
/// attributes an element and no stray end tags.
std::string scan_html(std::string_view html, const scan_limits& limits = {});

} // namespace troupe
