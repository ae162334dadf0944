#pragma once
/// Which tags and attributes of a page the extraction keeps.

#include <cstdint>
#include <optional>
#include <string_view>

#include "actors/scrape/extract/html_tag.hpp"
#include "actors/scrape/extract/html_tree.hpp"

namespace troupe {

enum class treatment : std::uint8_t {
  keep,
  unwrap, ///< the tags go, the content stays
  skip,   ///< goes with its content, nested ones of its name counted
  raw,    ///< goes with its content, which is not markup
};

treatment treatment_of(tag t) noexcept;

/// The attribute that `name` is, if it is read on elements of this kind.
std::optional<attr> wanted_attribute(std::string_view name, tag on) noexcept;

/// Does a `style` attribute hide its element?
bool hides(std::string_view css);

} // namespace troupe
