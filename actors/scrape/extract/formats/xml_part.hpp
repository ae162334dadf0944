#pragma once
/// XML from outside: bounded before it is parsed, entities never expanded, every text UTF-8.

#include <memory>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "protocols/error.hpp"

namespace troupe {

/// A parsed file. Names are compared without their prefix: producers choose prefixes as they like.
class xml_part {
public:
  /// `too_large` when the tree would take more than about `most` bytes; `unreadable` for what is not well-formed.
  /// `charset`: as the server said. Document types are passed over.
  static expected<xml_part> parse(std::string_view bytes, std::size_t most = 96u << 20, std::string_view charset = {});

  /// The outermost element.
  [[nodiscard]] pugi::xml_node root() const { return tree_->document_element(); }

private:
  std::unique_ptr<std::string> source_;
  std::unique_ptr<pugi::xml_document> tree_;
};

/// How deep readers follow nested elements.
constexpr int most_xml_depth = 200;

/// `w:p` is `p`.
std::string_view local_name(const pugi::xml_node& x);
/// First child element of that local name; null when there is none.
pugi::xml_node child_of(const pugi::xml_node& x, std::string_view local);
/// Value of an attribute by its local name; empty when absent.
std::string attribute_of(const pugi::xml_node& x, std::string_view local);
/// All text below, in order.
std::string text_below(const pugi::xml_node& x);

} // namespace troupe
