#include "actors/scrape/extract/html_tree.hpp"

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

std::string_view html_tree::get(const html_node& x, attr name) const noexcept {
  for (auto i = x.attributes; i < x.attributes + x.attribute_count; ++i)
    if (attributes_[i].name == name)
      return attributes_[i].value;
  return {};
}

bool html_tree::has(const html_node& x, attr name) const noexcept {
  for (auto i = x.attributes; i < x.attributes + x.attribute_count; ++i)
    if (attributes_[i].name == name)
      return true;
  return false;
}

std::string html_tree::text_of(std::uint32_t i, std::size_t limit) const {
  std::string out;
  for (auto j = i; j < nodes_[i].end && out.size() < limit; ++j) {
    out += clip(nodes_[j].text, limit);
    if (nodes_[j].name == tag::br || (nodes_[j].name != tag::none && is_block(nodes_[j].name)))
      out += ' ';
  }
  return std::string{clip(collapse(out), limit)};
}

} // namespace troupe
