// Tokens to a flat tree. Follows the HTML standard's tree construction (13.2.6) where it decides what text stands in
// which block, list, table and link; not where it decides which formatting elements are cloned, which no reader of text
// can see (docs/decisions/0003).
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/html_entities.hpp"
#include "actors/scrape/extract/html_token.hpp"
#include "actors/scrape/extract/html_tree.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_attributes = 10; ///< kept of one element
constexpr std::size_t longest_value = 4096;

enum class treatment : std::uint8_t {
  keep,
  unwrap, ///< the tags go, the content stays
  skip,   ///< goes with its content, nested ones of its name counted
  raw,    ///< goes with its content, which is not markup
};

treatment treatment_of(tag t) {
  switch (t) {
  case tag::other:
  case tag::tt:
  case tag::var:
  case tag::sub:
  case tag::sup:
  case tag::cite:
  case tag::kbd:
  case tag::samp:
    return treatment::unwrap;
  case tag::script:
  case tag::style:
  case tag::noscript:
  case tag::iframe:
  case tag::noembed:
  case tag::noframes:
  case tag::textarea:
    return treatment::raw;
  default:
    return t >= tag::template_ ? treatment::skip : treatment::keep;
  }
}

bool is_cell(tag t) { return t == tag::td || t == tag::th; }
bool is_row_group(tag t) { return t == tag::thead || t == tag::tbody || t == tag::tfoot; }
bool is_table_part(tag t) { return t >= tag::table && t <= tag::th; }
bool in_head(tag t) { return t == tag::title || t == tag::meta || t == tag::base; }
bool closes_paragraph(tag t) {
  return is_block(t) && !(t >= tag::caption && t <= tag::th) && t != tag::body && t != tag::html;
}

bool hides(std::string_view css) {
  auto squeezed = lower_case(css.substr(0, 1024));
  std::erase_if(squeezed, is_space);
  return squeezed.find("display:none") != squeezed.npos || squeezed.find("visibility:hidden") != squeezed.npos;
}

/// The attributes that the extraction reads, on the elements where it reads them.
std::optional<attr> wanted(std::string_view name, tag on) {
  static constexpr std::array<std::pair<std::string_view, attr>, 13> table{{
    {"class", attr::class_},
    {"id", attr::id},
    {"href", attr::href},
    {"rel", attr::rel},
    {"role", attr::role},
    {"lang", attr::lang},
    {"hidden", attr::hidden},
    {"content", attr::content},
    {"itemprop", attr::itemprop},
    {"datetime", attr::datetime},
    {"name", attr::name},
    {"property", attr::property},
    {"aria-hidden", attr::aria_hidden},
  }};
  for (auto& [known, value] : table) {
    if (!equals_ignoring_case(name, known))
      continue;
    auto place = value == attr::href || value == attr::rel ? on == tag::a || on == tag::base
                 : value == attr::content || value == attr::name || value == attr::property ? on == tag::meta
                 : value == attr::datetime                                                  ? on == tag::time
                 : value == attr::lang                                                      ? on == tag::html
                                                                                            : true;
    return place ? std::optional{value} : std::nullopt;
  }
  return on == tag::html && equals_ignoring_case(name, "xml:lang") ? std::optional{attr::lang} : std::nullopt;
}

} // namespace

class tree_builder {
public:
  tree_builder(html_tree& tree, const tree_limits& limits)
    : tree_(tree), limits_(limits), in_(std::string_view{*tree.source_}.substr(0, limits.input)) {
    tree_.nodes_.reserve(in_.size() / 32 + 16);
    add(tag::html);
    open_.push_back({tag::html, 0, true, false});
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
    pop(0);
    tree_.nodes_[0].end = tree_.size();
  }

private:
  struct open_element {
    tag name;
    std::uint32_t index; ///< of its node, when it has one
    bool has_node;
    bool closing; ///< its end tag has come, but blocks in it are still open
  };

  [[nodiscard]] static std::size_t slot(tag t) { return static_cast<std::size_t>(t); }
  [[nodiscard]] bool is_open(tag t) const { return open_count_[slot(t)] > 0; }

  // -- tokens
  // ----------------------------------------------------------------------------------------------------------

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
      return close_heading();
    if (is_open(name))
      close(name);
  }

  // -- elements
  // --------------------------------------------------------------------------------------------------------

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
    close_implied(name);
    if (is_table_part(name) && name != tag::table && !is_open(tag::table))
      return; // parts of a table without the table
    if (is_cell(name) && open_.back().name != tag::tr)
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
    open_.push_back({tag::body, add(tag::body), true, false});
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
    auto wanted_node = depth_ < limits_.depth && elements_ < limits_.elements && !(name == tag::span && count == 0);
    if (is_void(name) && !wanted_node)
      return;
    if (!wanted_node)
      tree_.attributes_.resize(first);
    std::uint32_t index = 0;
    if (wanted_node) {
      index = add(name);
      tree_.nodes_[index].attributes = first;
      tree_.nodes_[index].attribute_count = count;
      ++elements_;
    }
    at_block_edge_ = at_block_edge_ || is_block(name) || name == tag::br;
    if (is_void(name))
      return;
    depth_ += wanted_node ? 1 : 0;
    open_.push_back({name, index, wanted_node, false});
    ++open_count_[slot(name)];
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
      } else if (auto name = wanted(x.name, token.name); name && x.value.size() <= longest_value) {
        tree_.attributes_.push_back({*name, decoded(x.value, true)});
      }
    }
  }

  std::uint32_t add(tag name) {
    html_node made;
    made.name = name;
    made.parent = parent();
    made.end = tree_.size() + 1;
    tree_.nodes_.push_back(made);
    return tree_.size() - 1;
  }

  [[nodiscard]] std::uint32_t parent() const {
    for (auto i = open_.size(); i-- > 0;)
      if (open_[i].has_node)
        return open_[i].index;
    return 0;
  }

  // -- text
  // ------------------------------------------------------------------------------------------------------------

  std::string_view decoded(std::string_view x, bool attribute) {
    if (x.find('&') == x.npos)
      return x;
    auto& made = tree_.decoded_.emplace_back();
    append_decoded(made, x, attribute);
    return made;
  }

  void text(std::string_view x) {
    auto blank = std::all_of(x.begin(), x.end(), is_space);
    if (blank && (at_block_edge_ || !has_body_) && !is_open(tag::pre) && !is_open(tag::listing))
      return;
    need_body();
    append_text(x);
    at_block_edge_ = false;
  }

  void append_text(std::string_view x) {
    auto index = add(tag::none);
    tree_.nodes_[index].text = decoded(x, false);
  }

  // -- closing
  // ---------------------------------------------------------------------------------------------------------

  /// Elements that `name` closes without their end tag being there (HTML standard, 13.1.2.4).
  void close_implied(tag name) {
    if (closes_paragraph(name) && is_open(tag::p))
      close(tag::p);
    if (is_heading(name) && is_heading(open_.back().name))
      return pop(open_.size() - 1);
    if (name == tag::li)
      return close_within([](tag t) { return t == tag::li; },
                          [](tag t) { return t == tag::ul || t == tag::ol || t == tag::menu || is_cell(t); });
    if (name == tag::dt || name == tag::dd)
      return close_within([](tag t) { return t == tag::dt || t == tag::dd; },
                          [](tag t) { return t == tag::dl || is_cell(t); });
    if (is_cell(name))
      return close_within(is_cell, [](tag t) { return t == tag::tr || t == tag::table; });
    if (name == tag::tr)
      return close_within([](tag t) { return t == tag::tr || t == tag::caption; },
                          [](tag t) { return t == tag::table || is_row_group(t); });
    if (is_row_group(name))
      return close_within(is_row_group, [](tag t) { return t == tag::table; });
    if (name == tag::table
        && (open_.back().name == tag::tr || open_.back().name == tag::table || is_row_group(open_.back().name)))
      return close(tag::table);
    if ((name == tag::a || name == tag::button) && is_open(name))
      close(name);
  }

  template <class Which, class Bound>
  void close_within(Which which, Bound bound) {
    constexpr std::size_t reach = 64;
    std::size_t searched = 0;
    for (auto i = open_.size(); i-- > 0 && searched++ < reach;) {
      if (which(open_[i].name))
        return pop(i);
      if (bound(open_[i].name))
        return;
    }
  }

  void close_heading() {
    constexpr std::size_t reach = 32;
    std::size_t searched = 0;
    for (auto i = open_.size(); i-- > 0 && searched++ < reach && !is_cell(open_[i].name);)
      if (is_heading(open_[i].name))
        return pop(i);
  }

  /// Closes the innermost open `name`, unless a table cell or too many elements stand between.
  void close(tag name) {
    constexpr std::size_t reach = 600;
    auto block = is_block(name) && name != tag::p;
    std::size_t searched = 0;
    bool blocks_between = false;
    for (auto i = open_.size(); i-- > 0 && searched++ < (block ? reach : 40);) {
      if (open_[i].name == name && !open_[i].closing) {
        // An inline end tag closes no block: the element goes when the blocks in it do.
        if (!blocks_between || block)
          return pop(i);
        open_[i].closing = true;
        return;
      }
      if (!is_table_part(name) && is_cell(open_[i].name))
        return;
      blocks_between = blocks_between || is_block(open_[i].name);
      if (name == tag::p && blocks_between)
        return;
    }
  }

  void pop(std::size_t position) {
    while (open_.size() > position || (position > 0 && !open_.empty() && open_.back().closing)) {
      auto top = open_.back();
      open_.pop_back();
      if (open_count_[slot(top.name)] > 0)
        --open_count_[slot(top.name)];
      at_block_edge_ = at_block_edge_ || is_block(top.name);
      if (!top.has_node)
        continue;
      tree_.nodes_[top.index].end = tree_.size();
      depth_ -= depth_ > 0 ? 1 : 0;
    }
  }

  html_tree& tree_;
  tree_limits limits_;
  std::string_view in_;
  std::size_t at_ = 0;
  // -- what is open
  // ----------------------------------------------------------------------------------------------------
  std::vector<open_element> open_;
  std::array<std::uint32_t, static_cast<std::size_t>(tag::count_)> open_count_{};
  std::size_t depth_ = 0;
  std::size_t elements_ = 0;
  bool has_body_ = false;
  bool at_block_edge_ = true; ///< nothing but white space since a block began or ended
  // -- what is being dropped
  // -------------------------------------------------------------------------------------------
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
