// Tokens to a flat tree. Follows the HTML standard's tree construction (13.2.6) where it decides what text stands in
// which block, list, table and link; not where it decides which formatting elements are cloned, which no reader of text
// can see (docs/decisions/0003).
#include <algorithm>
#include <array>
#include <utility>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/html_entities.hpp"
#include "actors/scrape/extract/html_keep.hpp"
#include "actors/scrape/extract/html_token.hpp"
#include "actors/scrape/extract/html_tree.hpp"
#include "actors/scrape/extract/open_elements.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_attributes = 10; ///< kept of one element
constexpr std::size_t longest_value = 4096;

bool in_table_only(tag t) { return t > tag::table && t <= tag::th; }
bool in_head(tag t) { return t == tag::title || t == tag::meta || t == tag::base; }

} // namespace

class tree_builder {
public:
  tree_builder(html_tree& tree, const tree_limits& limits)
    : tree_(tree), limits_(limits), in_(std::string_view{*tree.source_}.substr(0, limits.input)), open_(tree.nodes_) {
    tree_.nodes_.reserve(in_.size() / 32 + 16);
    add(tag::html);
    open_.push(tag::html, 0, true);
  }

  void run() {
    while (at_ < in_.size()) {
      auto open = std::min(in_.find('<', at_), in_.size());
      if (skipping_ == tag::none && open > at_)
        text(in_.substr(at_, open - at_));
      at_ = open;
      if (at_ < in_.size())
        step();
      if (at_ >= in_.size() && skipping_ != tag::none)
        rewind();
    }
    open_.close_all();
    tree_.nodes_[0].end = tree_.size();
  }

private:
  [[nodiscard]] static std::size_t slot(tag t) { return static_cast<std::size_t>(t); }

  // -- tokens --------------------------------------------------------------------------------------------------------

  void step() {
    auto token = read_token(in_, at_);
    if (token.kind == html_token_kind::text) {
      if (skipping_ == tag::none)
        text(in_.substr(at_, 1));
      ++at_;
      return;
    }
    at_ = token.end;
    if (token.kind == html_token_kind::start)
      start(token);
    else if (token.kind == html_token_kind::end)
      end(token.name);
  }

  /// What was skipped never ended: go back, and take this element for content from now on. At most once a name.
  void rewind() {
    never_skip_[slot(skipping_)] = true;
    at_ = resume_;
    skipping_ = tag::none;
  }

  void start(const html_token& token) {
    auto name = token.name;
    if (skipping_ != tag::none) {
      if (name == skipping_ && !token.self_closing)
        ++skip_depth_;
      return;
    }
    auto how = treatment_of(name);
    if (how == treatment::keep)
      return keep(token);
    if (how == treatment::unwrap || never_skip_[slot(name)])
      return;
    if (how == treatment::raw)
      return skip_raw(name);
    if (!token.self_closing) {
      skipping_ = name;
      skip_depth_ = 1;
      resume_ = at_;
    }
  }

  void skip_raw(tag name) {
    auto name_text = name_of(name);
    for (auto i = at_; (i = in_.find("</", i)) != in_.npos; i += 2) {
      auto after = i + 2 + name_text.size();
      if (!equals_ignoring_case(in_.substr(i + 2, name_text.size()), name_text)
          || (after < in_.size() && is_alnum(in_[after])))
        continue;
      at_ = std::min(in_.find('>', after), in_.size() - 1) + 1;
      return;
    }
    // Browsers take the rest for a script; a reader rather loses the script than the page.
    never_skip_[slot(name)] = true;
  }

  void end(tag name) {
    if (skipping_ != tag::none) {
      if (name == skipping_ && --skip_depth_ == 0)
        skipping_ = tag::none;
      return;
    }
    if (name == tag::br)
      add(tag::br);
    if (treatment_of(name) != treatment::keep || name == tag::html || name == tag::body || name == tag::head)
      return;
    if (is_heading(name))
      return open_.close_heading();
    if (open_.is_open(name))
      open_.close(name);
  }

  // -- elements ------------------------------------------------------------------------------------------------------

  void keep(const html_token& token) {
    auto name = token.name;
    if (name == tag::html || name == tag::head)
      return frame(token);
    if (!in_head(name))
      need_body();
    if (name == tag::body)
      return;
    if (name == tag::title)
      return title();
    open_.close_implied(name);
    if (in_table_only(name) && !open_.is_open(tag::table))
      return; // parts of a table without the table
    if ((name == tag::td || name == tag::th) && open_.top() != tag::tr)
      push(tag::tr, nullptr);
    push(name, &token);
  }

  void frame(const html_token& token) {
    if (token.name != tag::html || tree_.nodes_[0].attribute_count > 0)
      return;
    tree_.nodes_[0].attributes = static_cast<std::uint32_t>(tree_.attributes_.size());
    read_attributes(token);
    tree_.nodes_[0].attribute_count = static_cast<std::uint32_t>(tree_.attributes_.size()) - tree_.nodes_[0].attributes;
  }

  void need_body() {
    if (has_body_)
      return;
    has_body_ = true;
    open_.push(tag::body, add(tag::body), true);
  }

  /// A title holds text only, whatever looks like markup in it.
  void title() {
    auto window = in_.substr(0, std::min(in_.size(), at_ + 65536));
    auto close = find_ignoring_case(window, "</title", at_);
    if (close == in_.npos)
      return;
    auto index = add(tag::title);
    append_text(in_.substr(at_, close - at_));
    tree_.nodes_[index + 1].parent = index;
    tree_.nodes_[index].end = tree_.size();
    at_ = std::min(in_.find('>', close), in_.size() - 1) + 1;
  }

  void push(tag name, const html_token* token) {
    auto first = static_cast<std::uint32_t>(tree_.attributes_.size());
    if (token != nullptr)
      read_attributes(*token);
    auto count = static_cast<std::uint32_t>(tree_.attributes_.size()) - first;
    auto wanted_node =
      open_.depth() < limits_.depth && elements_ < limits_.elements && !(name == tag::span && count == 0);
    if (is_void(name) && !wanted_node)
      return;
    if (!wanted_node)
      tree_.attributes_.resize(first);
    auto index = open_.node();
    if (wanted_node) {
      index = add(name);
      tree_.nodes_[index].attributes = first;
      tree_.nodes_[index].attribute_count = count;
      ++elements_;
    }
    at_block_edge_ = at_block_edge_ || is_block(name) || name == tag::br;
    if (is_void(name))
      return;
    open_.push(name, index, wanted_node);
    if ((name == tag::pre || name == tag::listing) && at_ < in_.size() && in_[at_] == '\n')
      ++at_;
  }

  void read_attributes(const html_token& token) {
    auto at = token.attributes;
    bool ignored = false;
    auto first = tree_.attributes_.size();
    raw_attribute x;
    while (tree_.attributes_.size() - first < most_attributes && read_attribute(in_, at, x, ignored)) {
      if (equals_ignoring_case(x.name, "style")) {
        if (hides(x.value))
          tree_.attributes_.push_back({attr::hidden, {}});
      } else if (auto name = wanted_attribute(x.name, token.name); name && x.value.size() <= longest_value) {
        tree_.attributes_.push_back({*name, decoded(x.value, true)});
      }
    }
  }

  std::uint32_t add(tag name) {
    html_node made;
    made.name = name;
    made.parent = open_.node();
    made.end = tree_.size() + 1;
    tree_.nodes_.push_back(made);
    return tree_.size() - 1;
  }

  // -- text ----------------------------------------------------------------------------------------------------------

  std::string_view decoded(std::string_view x, bool attribute) {
    if (x.find('&') == x.npos)
      return x;
    auto& made = tree_.decoded_.emplace_back();
    append_decoded(made, x, attribute);
    return made;
  }

  void text(std::string_view x) {
    auto blank = std::all_of(x.begin(), x.end(), is_space);
    if (blank && (at_block_edge_ || open_.closed_block() || !has_body_) && !open_.is_open(tag::pre)
        && !open_.is_open(tag::listing))
      return;
    need_body();
    append_text(x);
    at_block_edge_ = false;
    open_.forget_closed();
  }

  /// Text next to text of the same element is one node: tags that were left out don't part it.
  void append_text(std::string_view x) {
    auto& last = tree_.nodes_.back();
    if (last.name != tag::none || last.parent != open_.node()) {
      auto index = add(tag::none);
      tree_.nodes_[index].text = decoded(x, false);
      return;
    }
    if (last.text.data() + last.text.size() == x.data() && x.find('&') == x.npos) {
      last.text = {last.text.data(), last.text.size() + x.size()};
      return;
    }
    if (joined_ == nullptr || joined_->data() != last.text.data())
      joined_ = &tree_.decoded_.emplace_back(last.text);
    append_decoded(*joined_, x, false);
    last.text = *joined_;
  }

  html_tree& tree_;
  tree_limits limits_;
  std::string_view in_;
  std::size_t at_ = 0;
  // -- what is open --------------------------------------------------------------------------------------------------
  open_elements open_;
  std::size_t elements_ = 0;
  bool has_body_ = false;
  bool at_block_edge_ = true;     ///< nothing but white space since a block began or ended
  std::string* joined_ = nullptr; ///< the text that was put together last
  // -- what is being dropped -----------------------------------------------------------------------------------------
  tag skipping_ = tag::none;
  std::size_t skip_depth_ = 0;
  std::size_t resume_ = 0;
  std::array<bool, static_cast<std::size_t>(tag::count_)> never_skip_{};
};

html_tree html_tree::parse(std::string source, const tree_limits& limits) {
  html_tree result;
  result.source_ = std::make_unique<std::string>(std::move(source));
  tree_builder{result, limits}.run();
  return result;
}

} // namespace troupe
