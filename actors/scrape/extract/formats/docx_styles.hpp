#pragma once
/// What the paragraphs of a DOCX file are, by its styles and numbering (ECMA-376 part 1, 17.7 and 17.9).

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include <pugixml.hpp>

namespace troupe {

enum class docx_role : std::uint8_t { text, title, heading, quote, caption, code, contents };

struct docx_style {
  docx_role role = docx_role::text;
  std::uint8_t level = 0; ///< of a heading, 1..6
  std::string list{};     ///< `numId`, empty for no list
  std::uint8_t depth = 0; ///< `ilvl` in that list, 0..8
};

class docx_styles {
public:
  /// Reads `styles.xml`; a style stands on the one it is based on.
  void read_styles(const pugi::xml_node& root);
  /// Reads `numbering.xml`.
  void read_numbering(const pugi::xml_node& root);

  /// Of a paragraph, by its style and what it sets itself.
  [[nodiscard]] docx_style of(const pugi::xml_node& paragraph) const;
  [[nodiscard]] bool ordered(const std::string& list, std::uint8_t depth) const;

private:
  std::unordered_map<std::string, docx_style> styles_;
  std::map<std::pair<std::string, std::uint8_t>, bool> ordered_;
};

} // namespace troupe
