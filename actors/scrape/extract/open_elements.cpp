#include "actors/scrape/extract/open_elements.hpp"

namespace troupe {

namespace {

bool is_cell(tag t) { return t == tag::td || t == tag::th; }
bool is_row_group(tag t) { return t == tag::thead || t == tag::tbody || t == tag::tfoot; }
bool is_table_part(tag t) { return t >= tag::table && t <= tag::th; }
bool closes_paragraph(tag t) {
  return is_block(t) && !(t >= tag::caption && t <= tag::th) && t != tag::body && t != tag::html;
}

} // namespace

template <class Which, class Bound>
void open_elements::close_within(Which which, Bound bound) {
  constexpr std::size_t reach = 64;
  std::size_t searched = 0;
  for (auto i = open_.size(); i-- > 0 && searched++ < reach;) {
    if (which(open_[i].name))
      return pop(i);
    if (bound(open_[i].name))
      return;
  }
}

/// Elements that `name` closes without their end tag being there (HTML standard, 13.1.2.4).
void open_elements::close_implied(tag name) {
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

void open_elements::close_heading() {
  constexpr std::size_t reach = 32;
  std::size_t searched = 0;
  for (auto i = open_.size(); i-- > 0 && searched++ < reach && !is_cell(open_[i].name);)
    if (is_heading(open_[i].name))
      return pop(i);
}

/// Closes the innermost open `name`, unless a table cell or too many elements stand between.
void open_elements::close(tag name) {
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

void open_elements::pop(std::size_t position) {
  while (open_.size() > position || (position > 0 && !open_.empty() && open_.back().closing)) {
    auto top = open_.back();
    open_.pop_back();
    if (open_count_[slot(top.name)] > 0)
      --open_count_[slot(top.name)];
    closed_block_ = closed_block_ || is_block(top.name);
    if (!top.has_node)
      continue;
    nodes_[top.node].end = static_cast<std::uint32_t>(nodes_.size());
    depth_ -= depth_ > 0 ? 1 : 0;
  }
}

} // namespace troupe
