#pragma once
/// A page as a flat tree in document order, without what the extraction never reads.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/scrape/extract/html_tag.hpp"

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
  role,
  start
};

/// An element, or a run of text when `name` is `tag::none`. Its subtree is `[own index + 1, end)`.
struct html_node {
  tag name = tag::none;
  std::uint32_t parent = 0;
  std::uint32_t end = 0;
  std::uint32_t attributes = 0; ///< first of `attribute_count`
  std::uint32_t attribute_count = 0;
  std::string_view text; ///< character references decoded
};

struct tree_limits {
  std::size_t depth = 512;       ///< elements nested deeper lose their tags, not their text
  std::size_t elements = 300000; ///< start tags beyond are dropped
  std::size_t input = 16u << 20; ///< bytes beyond are dropped
};

/// Owns what its views point to; movable, not copyable.
class html_tree {
public:
  /// Builds the tree in one pass. Scripts, styles, SVG, comments, templates, `noscript`, form fields and media are left
  /// out with their content, and tags that mean nothing to the extraction without it. `source` is UTF-8. Time is linear
  /// in its size, for any input. Never empty: node 0 is the root element.
  static html_tree parse(std::string source, const tree_limits& limits = {});

  html_tree(const html_tree&) = delete;
  html_tree& operator=(const html_tree&) = delete;
  html_tree(html_tree&&) noexcept = default;
  html_tree& operator=(html_tree&&) noexcept = default;
  ~html_tree() = default;

  [[nodiscard]] const html_node& operator[](std::uint32_t i) const { return nodes_[i]; }
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(nodes_.size()); }
  /// The page as it came.
  [[nodiscard]] std::string_view source() const noexcept { return *source_; }
  /// Value of an attribute, empty when absent (or empty).
  [[nodiscard]] std::string_view get(const html_node& x, attr name) const noexcept;
  [[nodiscard]] bool has(const html_node& x, attr name) const noexcept;
  /// Text of a subtree, white space collapsed.
  [[nodiscard]] std::string text_of(std::uint32_t i, std::size_t limit = 4096) const;

private:
  html_tree() = default;
  struct attribute {
    attr name;
    std::string_view value;
  };
  std::unique_ptr<std::string> source_;
  std::deque<std::string> decoded_; ///< what differs from the source
  std::vector<html_node> nodes_;
  std::vector<attribute> attributes_;
  friend class tree_builder;
};

} // namespace troupe
