#pragma once
/// A page as a flat tree in document order. The one place that knows the HTML parser (docs/decisions/0003).

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "actors/scrape/extract/html_tag.hpp"
#include "protocols/error.hpp"

namespace troupe {

enum class attr : std::uint8_t {
  aria_hidden,
  class_,
  content,
  datetime,
  hidden,
  href,
  id,
  itemprop,
  lang,
  name,
  property,
  rel,
  role
};

/// An element, or a run of text when `name` is `tag::none`. Its subtree is `[own index + 1, end)`.
struct html_node {
  tag name = tag::none;
  std::uint32_t parent = 0;
  std::uint32_t end = 0;
  std::uint32_t attributes = 0; ///< first of `attribute_count`
  std::uint32_t attribute_count = 0;
  std::string_view text;
};

/// Owns what its views point to; movable, not copyable.
class html_tree {
public:
  /// `source`: what `scan_html` gave. Never empty: a root element is always made up.
  static html_tree parse(std::string source);

  html_tree(html_tree&&) noexcept;
  html_tree& operator=(html_tree&&) noexcept;
  ~html_tree();

  [[nodiscard]] const std::vector<html_node>& nodes() const noexcept { return nodes_; }
  [[nodiscard]] const html_node& operator[](std::uint32_t i) const { return nodes_[i]; }
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(nodes_.size()); }
  /// Value of an attribute, empty when absent (or empty).
  [[nodiscard]] std::string_view get(const html_node& x, attr name) const noexcept;
  [[nodiscard]] bool has(const html_node& x, attr name) const noexcept;
  /// Text of a subtree, white space collapsed.
  [[nodiscard]] std::string text_of(std::uint32_t i, std::size_t limit = 4096) const;

private:
  html_tree();
  struct memory;
  struct attribute {
    attr name;
    std::string_view value;
  };
  std::unique_ptr<memory> memory_;
  std::vector<html_node> nodes_;
  std::vector<attribute> attributes_;
  friend struct tree_builder;
};

} // namespace troupe
