#include "actors/scrape/extract/meta_fields.hpp"

#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_metas = 256;
constexpr std::size_t most_of_a_name = 8;

/// Is `wanted` one of the names, which spaces separate?
bool lists(std::string_view names, std::string_view wanted) {
  while (!(names = trim(names)).empty()) {
    auto end = std::min(names.find_first_of(" \t\n"), names.size());
    auto name = names.substr(0, end);
    if (name.size() == wanted.size()) {
      std::size_t i = 0;
      while (i < name.size() && (to_lower(name[i]) == wanted[i] || (name[i] == ':' && wanted[i] == '.')))
        ++i;
      if (i == name.size())
        return true;
    }
    names.remove_prefix(end);
  }
  return false;
}

} // namespace

meta_fields::meta_fields(const html_tree& tree) : tree_(tree) {
  for (std::uint32_t i = 0; i < tree_.size() && metas_.size() < most_metas; ++i)
    if (tree_[i].name == tag::meta)
      metas_.push_back(i);
}

std::string meta_fields::first(std::initializer_list<std::string_view> names) const {
  for (auto wanted : names)
    if (auto found = all(wanted); !found.empty())
      return std::move(found.front());
  return {};
}

std::vector<std::string> meta_fields::all(std::string_view name) const {
  std::vector<std::string> found;
  for (auto key : {attr::property, attr::name, attr::itemprop}) {
    if (!found.empty())
      break; // the same, said again
    for (auto i : metas_)
      if (found.size() < most_of_a_name && lists(tree_.get(tree_[i], key), name))
        if (auto value = collapse(tree_.get(tree_[i], attr::content));
            !value.empty() && std::find(found.begin(), found.end(), value) == found.end())
          found.push_back(std::move(value));
  }
  return found;
}

} // namespace troupe
