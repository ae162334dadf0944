#include "actors/scrape/extract/formats/docx_styles.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/formats/xml_part.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_styles = 5000;
constexpr std::size_t most_lists = 20'000;
constexpr std::size_t most_bases = 20; ///< styles that stand on each other

std::uint8_t small_number(const std::string& x, std::uint8_t most, std::uint8_t otherwise) {
  std::uint8_t n = 0;
  auto [end, bad] = std::from_chars(x.data(), x.data() + x.size(), n);
  return bad == std::errc{} && n <= most ? n : otherwise;
}

/// Word's own style names are the same in every language: "heading 1", "Title", "toc 2".
docx_style by_name(std::string name) {
  name = lower_case(name);
  std::erase(name, ' ');
  docx_style x;
  if (name.starts_with("heading") && name.size() == 8 && is_digit(name[7]) && name[7] != '0')
    return {docx_role::heading, static_cast<std::uint8_t>(std::min(name[7] - '0', 6))};
  if (name == "title")
    return {docx_role::title, 1};
  if (name.starts_with("toc") || name == "tableoffigures")
    x.role = docx_role::contents;
  else if (name.find("quote") != name.npos)
    x.role = docx_role::quote;
  else if (name == "caption")
    x.role = docx_role::caption;
  else if (name == "htmlpreformatted" || name == "preformattedtext" || name == "sourcecode" || name == "plaintextcode")
    x.role = docx_role::code;
  return x;
}

/// What the properties of a paragraph or style say themselves; empty where they say nothing.
struct own_properties {
  std::string outline;
  std::string list;
  std::string depth;
};

own_properties read_properties(const pugi::xml_node& x) {
  auto numbers = child_of(x, "numPr");
  return {attribute_of(child_of(x, "outlineLvl"), "val"), attribute_of(child_of(numbers, "numId"), "val"),
          attribute_of(child_of(numbers, "ilvl"), "val")};
}

void apply(const own_properties& own, docx_style& x) {
  auto level = small_number(own.outline, 9, 9);
  if (level < 9 && x.role != docx_role::title && x.role != docx_role::contents)
    x = {docx_role::heading, static_cast<std::uint8_t>(std::min(level + 1, 6)), x.list, x.depth};
  if (!own.depth.empty())
    x.depth = small_number(own.depth, 8, 0);
  if (!own.list.empty())
    x.list = own.list == "0" ? std::string{} : own.list; // 0 takes a paragraph out of the list its style puts it in
}

struct given_style {
  std::string base;
  docx_style named;
  own_properties own;
};

} // namespace

void docx_styles::read_styles(const pugi::xml_node& root) {
  std::unordered_map<std::string, given_style> given;
  for (auto& style : root.children())
    if (local_name(style) == "style" && given.size() < most_styles)
      given.emplace(attribute_of(style, "styleId"), given_style{attribute_of(child_of(style, "basedOn"), "val"),
                                                                by_name(attribute_of(child_of(style, "name"), "val")),
                                                                read_properties(child_of(style, "pPr"))});
  for (auto& [id, style] : given) {
    std::vector<const given_style*> line{&style}; // from this one to its last base
    for (auto base = given.find(style.base); base != given.end() && line.size() < most_bases;
         base = given.find(base->second.base))
      line.push_back(&base->second);
    docx_style x;
    for (auto at = line.rbegin(); at != line.rend(); ++at) {
      auto& named = (*at)->named;
      if (named.role != docx_role::text)
        x = {named.role, named.level, x.list, x.depth};
      apply((*at)->own, x);
    }
    styles_.emplace(id, x);
  }
}

void docx_styles::read_numbering(const pugi::xml_node& root) {
  std::unordered_map<std::string, pugi::xml_node> abstract;
  for (auto& x : root.children())
    if (local_name(x) == "abstractNum" && abstract.size() < most_lists)
      abstract.emplace(attribute_of(x, "abstractNumId"), x);
  for (auto& x : root.children()) {
    if (local_name(x) != "num" || ordered_.size() >= most_lists)
      continue;
    auto found = abstract.find(attribute_of(child_of(x, "abstractNumId"), "val"));
    if (found == abstract.end())
      continue;
    for (auto& level : found->second.children())
      if (local_name(level) == "lvl") {
        auto format = attribute_of(child_of(level, "numFmt"), "val");
        auto depth = small_number(attribute_of(level, "ilvl"), 8, 0);
        ordered_[{attribute_of(x, "numId"), depth}] = !format.empty() && format != "bullet" && format != "none";
      }
  }
}

docx_style docx_styles::of(const pugi::xml_node& paragraph) const {
  auto properties = child_of(paragraph, "pPr");
  auto id = attribute_of(child_of(properties, "pStyle"), "val");
  auto found = styles_.find(id);
  auto x = found == styles_.end() ? by_name(id) : found->second;
  apply(read_properties(properties), x);
  return x;
}

bool docx_styles::ordered(const std::string& list, std::uint8_t depth) const {
  auto found = ordered_.find({list, depth});
  return found != ordered_.end() && found->second;
}

} // namespace troupe
