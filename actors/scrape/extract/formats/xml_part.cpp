#include "actors/scrape/extract/formats/xml_part.hpp"

#include <algorithm>

#include "actors/scrape/extract/charset.hpp"

namespace troupe {

namespace {

constexpr std::size_t node_bytes = 64;
constexpr std::size_t attribute_bytes = 40;

/// What pugixml's tree of `x` takes at most: a node for each start tag and each text in front of a tag.
std::size_t tree_bytes(std::string_view x) {
  std::size_t nodes = 0;
  std::size_t attributes = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    attributes += x[i] == '=' ? 1 : 0;
    if (x[i] != '<')
      continue;
    nodes += i + 1 < x.size() && x[i + 1] != '/' ? 1 : 0;
    nodes += i > 0 && x[i - 1] != '>' ? 1 : 0;
  }
  return nodes * node_bytes + attributes * attribute_bytes;
}

std::string_view without_prefix(std::string_view name) {
  auto colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

/// Collects texts without recursion.
struct text_walker : pugi::xml_tree_walker {
  std::string out;
  bool for_each(pugi::xml_node& x) override {
    if (x.type() == pugi::node_pcdata || x.type() == pugi::node_cdata)
      out += x.value();
    return true;
  }
};

} // namespace

expected<xml_part> xml_part::parse(std::string_view bytes, std::size_t most, std::string_view charset) {
  xml_part result;
  result.source_ = std::make_unique<std::string>(decode_text(bytes, charset, true).text);
  if (tree_bytes(*result.source_) > most)
    return fail(errc::too_large, "the file holds more elements than a document may", "Split it.");
  result.tree_ = std::make_unique<pugi::xml_document>();
  auto& source = *result.source_;
  auto options = pugi::parse_default | pugi::parse_ws_pcdata;
  auto parsed = result.tree_->load_buffer_inplace(source.data(), source.size(), options, pugi::encoding_utf8);
  if (!parsed || !result.root())
    return fail(errc::unreadable, std::string{"the file is damaged: its XML is broken ("} + parsed.description() + ")",
                "Open it in its own program to see, and save it again.");
  return result;
}

std::string_view local_name(const pugi::xml_node& x) { return without_prefix(x.name()); }

pugi::xml_node child_of(const pugi::xml_node& x, std::string_view local) {
  return x.find_child([local](const pugi::xml_node& child) { return local_name(child) == local; });
}

std::string attribute_of(const pugi::xml_node& x, std::string_view local) {
  auto found = x.find_attribute([local](const pugi::xml_attribute& a) { return without_prefix(a.name()) == local; });
  return repair_utf8(found.value());
}

std::string text_below(const pugi::xml_node& x) {
  text_walker walker;
  auto start = x; // a walker may change what it visits; it does not
  start.traverse(walker);
  std::replace(walker.out.begin(), walker.out.end(), '\r', '\n');
  return repair_utf8(walker.out); // character references may name what is no character
}

} // namespace troupe
