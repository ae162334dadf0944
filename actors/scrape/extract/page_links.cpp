#include "actors/scrape/extract/page_links.hpp"

#include <algorithm>
#include <unordered_map>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_text = 256;
constexpr std::size_t longest_context = 512;
constexpr std::size_t most_anchors = 40000;
constexpr std::size_t longest_href = 2048;

std::uint32_t enclosing_block(const html_tree& tree, std::uint32_t i) {
  while (i != 0 && !is_block(tree[i].name))
    i = tree[i].parent;
  return i;
}

/// Words around the anchor, within its block.
std::string context_of(const html_tree& tree, std::uint32_t anchor) {
  constexpr std::size_t side = 200;
  auto block = enclosing_block(tree, tree[anchor].parent);
  std::string before;
  for (auto i = anchor; i > block && before.size() < side; --i)
    if (tree[i - 1].name == tag::none)
      before.insert(0, tree[i - 1].text.substr(tree[i - 1].text.size() - std::min(tree[i - 1].text.size(), side)));
  std::string after;
  for (auto i = anchor; i < tree[block].end && after.size() < side; ++i)
    if (tree[i].name == tag::none)
      after += clip(tree[i].text, side);
  // A cut in the middle of a code point at the front goes.
  std::size_t cut = 0;
  while (cut < before.size() && (static_cast<unsigned char>(before[cut]) & 0xC0) == 0x80)
    ++cut;
  return std::string{clip(collapse(before.substr(cut) + after), longest_context)};
}

} // namespace

url link_base(const html_tree& tree, const url& page) {
  for (std::uint32_t i = 0; i < tree.size(); ++i)
    if (tree[i].name == tag::base)
      if (auto href = trim(tree.get(tree[i], attr::href)); !href.empty())
        if (auto parsed = parse_url(href, &page); parsed && !parsed->opaque_path)
          return *parsed;
  return page;
}

std::optional<std::string> resolve_link(std::string_view href, const url& base) {
  href = trim(href);
  if (href.empty() || href.size() > longest_href)
    return {};
  auto parsed = parse_url(href, base.scheme.empty() ? nullptr : &base);
  if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https" && parsed->scheme != "file"))
    return {};
  return canonical(*parsed);
}

std::vector<link> read_links(const page_survey& survey, std::uint32_t root, const url& page) {
  auto& tree = survey.tree();
  auto base = link_base(tree, page);
  auto self = page.scheme.empty() ? std::string{} : canonical(page);
  std::vector<link> links;
  std::unordered_map<std::string, std::size_t> known;
  std::size_t anchors = 0;
  for (std::uint32_t i = 0; i < tree.size() && anchors < most_anchors; ++i) {
    if (tree[i].name != tag::a)
      continue;
    auto href = trim(tree.get(tree[i], attr::href));
    if (href.empty() || href.front() == '#')
      continue;
    ++anchors;
    auto address = resolve_link(href, base);
    if (!address || *address == self)
      continue;
    auto in_content = i >= root && i < tree[root].end && !survey.dropped(i);
    if (auto at = known.find(*address); at != known.end()) {
      links[at->second].in_content |= in_content;
      continue;
    }
    if (links.size() >= most_links)
      continue;
    known.emplace(*address, links.size());
    auto nofollow = find_ignoring_case(tree.get(tree[i], attr::rel), "nofollow") != std::string_view::npos;
    links.push_back({*address, tree.text_of(i, longest_text), context_of(tree, i), nofollow, in_content});
  }
  return links;
}

} // namespace troupe
