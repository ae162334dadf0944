#pragma once
/// A snapshot cut into what can be said: sentences, list items, table rows, formulas and code, terms with their
/// meaning. Only the neighbourhood of what retrieval found is cut.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "actors/embed/analyzer.hpp"
#include "actors/research/compounds.hpp"
#include "actors/research/evidence.hpp"

namespace troupe {

enum class unit_form : std::uint8_t { sentence, item, row, code, term };

struct unit {
  unit_form form = unit_form::sentence;
  std::size_t block = 0;   ///< same number: same paragraph
  std::size_t section = 0; ///< index into `page_units::sections`
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  bool opens = false;             ///< first of its block
  bool numbered = false;          ///< an item that is a step
  std::uint32_t header_start = 0; ///< of a row: the place of its table's first row; the same twice when it has none
  std::uint32_t header_end = 0;
  std::set<std::string> terms;   ///< index terms
  std::vector<std::string> said; ///< the same in the order in which they stand
  std::uint8_t depth = 0;        ///< of an item: how deep its list is nested
};

struct section_path {
  std::string heading;     ///< innermost
  std::uint32_t start = 0; ///< where its text begins
  std::set<std::string> terms;
  std::uint32_t heading_start = 0; ///< place of the heading; the same twice for text before any
  std::uint32_t heading_end = 0;
  std::set<std::string> heading_terms{}; ///< of the innermost heading alone
};

/// Has a heading that names what stands below it, rather than asks for it.
bool has_name(const section_path& x);

/// A unit of a page.
struct unit_place {
  std::size_t page = 0;
  std::size_t unit = 0;
  auto operator<=>(const unit_place&) const = default;
};

struct page_units {
  std::vector<unit> units;
  std::vector<section_path> sections; ///< the first stands for text before any heading
  std::set<std::string> title_terms;
  std::set<std::string> all_terms; ///< of the title and of everything that was cut
};

/// Cuts `page` around `hits` (of any page; others' are passed over), and its opening, which says what it is about.
/// Bounded: text farther than some paragraphs from every hit is left out. `asked`: words of the questions.
page_units cut_units(const evidence_page& page, const std::vector<const passage_hit*>& hits, analyzer& words,
                     const compound_words& asked);

/// The text of a unit with single spaces.
std::string unit_text(const evidence_page& page, const unit& x);

} // namespace troupe
