#include "actors/scrape/extract/table_shape.hpp"

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

/// Text between rows or cells, which browsers show above the table.
bool outside_cells(const html_tree& tree, std::uint32_t text) {
  auto parent = tree[tree[text].parent].name;
  auto between = parent == tag::table || parent == tag::tr || parent == tag::tbody || parent == tag::thead;
  return between && !trim(tree[text].text).empty();
}

} // namespace

bool is_data_table(const html_tree& tree, std::uint32_t table) {
  std::uint32_t rows = 0;
  std::uint32_t cells = 0;
  std::uint32_t headers = 0;
  std::uint32_t blocks = 0; // paragraphs and the like in cells
  std::uint32_t breaks = 0;
  std::size_t bytes = 0;
  bool has_head = false;
  for (auto i = table + 1; i < tree[table].end; ++i) {
    switch (tree[i].name) {
    case tag::table:
      return false;
    case tag::thead:
      has_head = true;
      break;
    case tag::tr:
      ++rows;
      break;
    case tag::th:
      ++headers;
      [[fallthrough]];
    case tag::td:
      ++cells;
      break;
    case tag::h1:
    case tag::h2:
    case tag::h3:
    case tag::article:
    case tag::section:
      blocks += 3;
      break;
    case tag::br:
      ++breaks;
      break;
    case tag::p:
    case tag::ul:
    case tag::ol:
    case tag::pre:
    case tag::blockquote:
    case tag::dl:
      ++blocks;
      break;
    case tag::none:
      if (outside_cells(tree, i))
        return false;
      bytes += tree[i].text.size();
      break;
    default:
      break;
    }
  }
  // One column is boxes, unless it has a head (PostgreSQL's tables of functions).
  if (rows == 0 || (cells <= rows && (headers == 0 || !has_head || rows < 3)))
    return false;
  if (headers == 0 && (rows == 1 || breaks > 2 * cells))
    return false;
  if (headers > 0)
    return bytes / cells < 2000;
  return bytes / cells < 400 && blocks <= 2 * cells;
}

} // namespace troupe
