#include "actors/scrape/extract/html_tree.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include <gumbo.h>

#include "actors/scrape/extract/arena.hpp"
#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::array<std::pair<std::string_view, attr>, 13> attribute_names{{
  {"aria-hidden", attr::aria_hidden},
  {"class", attr::class_},
  {"content", attr::content},
  {"datetime", attr::datetime},
  {"hidden", attr::hidden},
  {"href", attr::href},
  {"id", attr::id},
  {"itemprop", attr::itemprop},
  {"lang", attr::lang},
  {"name", attr::name},
  {"property", attr::property},
  {"rel", attr::rel},
  {"role", attr::role},
}};

std::optional<attr> attribute_of(std::string_view name) {
  for (auto& [known, value] : attribute_names)
    if (name == known)
      return value;
  if (name == "xml:lang")
    return attr::lang;
  return {};
}

/// Gumbo's tags as ours, computed once.
tag own_tag(GumboTag t) {
  static const auto table = [] {
    std::array<tag, GUMBO_TAG_LAST> result{};
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = tag_of(gumbo_normalized_tagname(static_cast<GumboTag>(i)));
    return result;
  }();
  auto i = static_cast<std::size_t>(t);
  return i < table.size() ? table[i] : tag::other;
}

/// Up to 0.11 the parser takes an allocator; later ones use malloc and a destroy function of one argument. Templates,
/// so that either compiles.
template <class Options>
void use_arena(Options& options, arena& memory) {
  if constexpr (requires { options.allocator; }) {
    options.userdata = &memory;
    options.allocator = [](void* userdata, std::size_t size) { return static_cast<arena*>(userdata)->take(size); };
    options.deallocator = [](void*, void*) {};
  }
}

template <class Options, class Output>
void destroy(const Options& options, Output* output) {
  if constexpr (requires { options.allocator; })
    return; // the arena goes as a whole
  else if constexpr (requires { gumbo_destroy_output(output); })
    gumbo_destroy_output(output);
  else
    gumbo_destroy_output(&options, output);
}

} // namespace

struct html_tree::memory {
  std::string source;
  arena blocks;
  GumboOptions options = kGumboDefaultOptions;
  GumboOutput* output = nullptr;

  ~memory() {
    if (output != nullptr)
      destroy(options, output);
  }
};

/// Gumbo's pointers to a flat vector, without recursion.
struct tree_builder {
  html_tree& tree;

  struct level {
    const GumboNode* node;
    std::uint32_t index;
    unsigned next;
  };
  std::vector<level> path;

  void build(const GumboNode* root) {
    enter(root, 0);
    while (!path.empty()) {
      auto& top = path.back();
      auto& children = top.node->v.element.children;
      if (top.next == children.length) {
        tree.nodes_[top.index].end = tree.size();
        path.pop_back();
        continue;
      }
      auto* child = static_cast<const GumboNode*>(children.data[top.next++]);
      if (child->type == GUMBO_NODE_ELEMENT || child->type == GUMBO_NODE_TEMPLATE)
        enter(child, top.index);
      else if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE
               || child->type == GUMBO_NODE_CDATA)
        add_text(child, top.index);
    }
  }

  void enter(const GumboNode* node, std::uint32_t parent) {
    auto& element = node->v.element;
    html_node made;
    made.name = own_tag(element.tag);
    made.parent = parent;
    made.attributes = static_cast<std::uint32_t>(tree.attributes_.size());
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      auto* x = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      if (auto name = attribute_of(x->name))
        tree.attributes_.push_back({*name, x->value});
    }
    made.attribute_count = static_cast<std::uint32_t>(tree.attributes_.size()) - made.attributes;
    tree.nodes_.push_back(made);
    path.push_back({node, tree.size() - 1, 0});
  }

  void add_text(const GumboNode* node, std::uint32_t parent) {
    html_node made;
    made.parent = parent;
    made.end = tree.size() + 1;
    made.text = node->v.text.text;
    tree.nodes_.push_back(made);
  }
};

html_tree::html_tree() = default;
html_tree::html_tree(html_tree&&) noexcept = default;
html_tree& html_tree::operator=(html_tree&&) noexcept = default;
html_tree::~html_tree() = default;

html_tree html_tree::parse(std::string source) {
  html_tree result;
  result.memory_ = std::make_unique<memory>();
  auto& m = *result.memory_;
  m.source = std::move(source);
  m.options.max_errors = 0;
  use_arena(m.options, m.blocks);
  m.output = gumbo_parse_with_options(&m.options, m.source.data(), m.source.size());
  if (m.output != nullptr && m.output->root != nullptr) {
    tree_builder builder{result, {}};
    builder.build(m.output->root);
  } else {
    result.nodes_.push_back({tag::html, 0, 1, 0, 0, {}});
  }
  return result;
}

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
    out += nodes_[j].text;
    if (nodes_[j].name != tag::none && is_block(nodes_[j].name))
      out += ' ';
  }
  return std::string{clip(collapse(out), limit)};
}

} // namespace troupe
