#pragma once
/// The `<meta>` elements of a page, by name.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "actors/scrape/extract/html_tree.hpp"

namespace troupe {

/// Looks at the first 256 of them. Names are given in lower case; `dc:title` and `dc.title` are the same, and a
/// `property`, `name` or `itemprop` may list several.
class meta_fields {
public:
  explicit meta_fields(const html_tree& tree);

  /// Content (white space collapsed) of the first with one of these names, in this order of preference.
  [[nodiscard]] std::string first(std::initializer_list<std::string_view> names) const;
  /// Of each with this name that is not empty, without repetitions, at most 8.
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

private:
  const html_tree& tree_;
  std::vector<std::uint32_t> metas_;
};

} // namespace troupe
