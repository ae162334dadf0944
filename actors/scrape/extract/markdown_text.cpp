#include "actors/scrape/extract/markdown_text.hpp"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include <cmark.h>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/calendar_date.hpp"
#include "actors/scrape/extract/html_blocks.hpp"
#include "actors/scrape/extract/page_links.hpp"

namespace troupe {

namespace {

using document_tree = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;

constexpr std::size_t most_bytes = 16u << 20;

/// Containers that a line's leading characters can open.
std::size_t openers(std::string_view run) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < run.size(); ++i)
    count += run[i] == '>' || (i > 0 && is_space(run[i]) && !is_space(run[i - 1]) && run[i - 1] != '>') ? 1 : 0;
  return count;
}

/// A line can open a container with every other character, and the parser carries each through all later lines: lines
/// that open more than 64 lose the rest of their markers.
std::string bounded_nesting(std::string_view text) {
  constexpr std::size_t kept = 128;
  constexpr std::string_view markers = "> \t-*+.)0123456789";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    auto line = text.substr(0, end);
    auto run = std::min(line.find_first_not_of(markers), line.size());
    out += run > kept && openers(line.substr(0, run)) > 64 ? line.substr(0, kept) : line.substr(0, run);
    out += line.substr(run);
    text.remove_prefix(end);
  }
  return out;
}

std::string_view literal(cmark_node* x) {
  auto text = cmark_node_get_literal(x);
  return text == nullptr ? std::string_view{} : std::string_view{text};
}

std::string unquoted(std::string_view x) {
  x = trim(x);
  if (x.size() >= 2 && (x.front() == '"' || x.front() == '\'') && x.back() == x.front())
    x = x.substr(1, x.size() - 2);
  return collapse(x);
}

/// Takes YAML front matter off the text.
void read_front_matter(std::string_view& text, markdown_metadata& out) {
  if (!text.starts_with("---\n"))
    return;
  auto end = text.find("\n---", 3);
  if (end == text.npos || end > 16384)
    return;
  auto lines = text.substr(4, end - std::min<std::size_t>(end, 4));
  text.remove_prefix(std::min(text.find('\n', end + 1), text.size()));
  while (!lines.empty()) {
    auto stop = std::min(lines.find('\n'), lines.size());
    auto line = lines.substr(0, stop);
    lines.remove_prefix(std::min(stop + 1, lines.size()));
    auto colon = line.find(':');
    if (colon == line.npos)
      continue;
    auto key = lower_case(trim(line.substr(0, colon)));
    auto value = unquoted(line.substr(colon + 1));
    if (key == "title")
      out.title = value;
    else if (key == "author")
      out.byline = value;
    else if (key == "date")
      out.published = calendar_date(value);
  }
}

std::vector<std::string_view> split_cells(std::string_view row) {
  std::vector<std::string_view> cells;
  row = trim(row);
  if (row.starts_with('|'))
    row.remove_prefix(1);
  if (row.ends_with('|') && !row.ends_with("\\|"))
    row.remove_suffix(1);
  std::size_t start = 0;
  for (std::size_t i = 0; i <= row.size(); ++i)
    if (i == row.size() || (row[i] == '|' && (i == 0 || row[i - 1] != '\\'))) {
      cells.push_back(trim(row.substr(start, i - start)));
      start = i + 1;
    }
  return cells;
}

bool is_delimiter_row(std::string_view row) {
  return row.find('-') != row.npos && row.find('|') != row.npos
         && std::all_of(row.begin(), row.end(), [](char c) { return c == '|' || c == '-' || c == ':' || is_space(c); });
}

class markdown_reader {
public:
  markdown_reader(std::string_view text, const url& base, block_writer& out, markdown_metadata& found)
    : base_(base), out_(out), found_(found) {
    for (std::size_t at = 0; at < text.size();) {
      auto end = std::min(text.find('\n', at), text.size());
      lines_.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }

  void read(cmark_node* root) {
    std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> walk{cmark_iter_new(root), cmark_iter_free};
    for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(walk.get())) {
      auto node = cmark_iter_get_node(walk.get());
      if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH && write_table(node))
        cmark_iter_reset(walk.get(), node, CMARK_EVENT_EXIT);
      else if (event == CMARK_EVENT_ENTER)
        enter(node);
      else
        leave(node);
    }
  }

private:
  void enter(cmark_node* x) {
    switch (cmark_node_get_type(x)) {
    case CMARK_NODE_BLOCK_QUOTE:
      return out_.open_quote();
    case CMARK_NODE_LIST:
      return out_.open_list(cmark_node_get_list_type(x) == CMARK_ORDERED_LIST,
                            static_cast<std::uint32_t>(std::max(cmark_node_get_list_start(x), 0)));
    case CMARK_NODE_ITEM:
      return out_.open_item();
    case CMARK_NODE_PARAGRAPH:
      return out_.open_block(block_kind::paragraph);
    case CMARK_NODE_HEADING:
      heading_start_ = out_.written().size();
      return out_.open_block(block_kind::heading, static_cast<std::uint8_t>(cmark_node_get_heading_level(x)));
    case CMARK_NODE_CODE_BLOCK:
      return write_code(x);
    case CMARK_NODE_HTML_BLOCK:
      return write_html(literal(x));
    default:
      enter_inline(x);
    }
  }

  void enter_inline(cmark_node* x) {
    switch (cmark_node_get_type(x)) {
    case CMARK_NODE_TEXT:
      return out_.text(literal(x));
    case CMARK_NODE_CODE:
      out_.open_mark(block_writer::mark::code);
      out_.text(literal(x));
      return out_.close_mark(block_writer::mark::code);
    case CMARK_NODE_SOFTBREAK:
      return out_.soft_space();
    case CMARK_NODE_LINEBREAK:
      return out_.line_break();
    case CMARK_NODE_EMPH:
      return out_.open_mark(block_writer::mark::emphasis);
    case CMARK_NODE_STRONG:
      return out_.open_mark(block_writer::mark::strong);
    case CMARK_NODE_LINK:
      return open_link(x);
    default:
      return;
    }
  }

  void leave(cmark_node* x) {
    switch (cmark_node_get_type(x)) {
    case CMARK_NODE_BLOCK_QUOTE:
      return out_.close_quote();
    case CMARK_NODE_LIST:
      return out_.close_list();
    case CMARK_NODE_ITEM:
      return out_.close_item();
    case CMARK_NODE_HEADING:
      out_.close_block();
      if (found_.title.empty())
        found_.title =
          collapse(std::string_view{out_.written()}.substr(std::min(heading_start_, out_.written().size())));
      return;
    case CMARK_NODE_PARAGRAPH:
      return out_.close_block();
    case CMARK_NODE_EMPH:
      return out_.close_mark(block_writer::mark::emphasis);
    case CMARK_NODE_STRONG:
      return out_.close_mark(block_writer::mark::strong);
    case CMARK_NODE_LINK:
      return out_.close_link();
    default:
      return;
    }
  }

  void write_code(cmark_node* x) {
    auto info = cmark_node_get_fence_info(x);
    std::string_view language = info == nullptr ? std::string_view{} : std::string_view{info};
    out_.code_block(literal(x), language.substr(0, language.find_first_of(" \t`")));
  }

  void open_link(cmark_node* x) {
    auto address = resolve_link(cmark_node_get_url(x), base_);
    if (!address)
      return;
    out_.open_link(*address);
    if (found_.links.size() < most_links && known_.insert(*address).second)
      found_.links.push_back({*address, text_below(x), {}, false, true});
  }

  static std::string text_below(cmark_node* x) {
    std::string out;
    for (auto child = cmark_node_first_child(x); child != nullptr && out.size() < 256; child = cmark_node_next(child))
      out += literal(child);
    return std::string{clip(collapse(out), 256)};
  }

  void write_html(std::string_view html) {
    auto tree = html_tree::parse(std::string{html});
    page_survey survey{tree};
    link_resolver resolve = [this](std::string_view href) { return resolve_link(href, base_).value_or(""); };
    write_blocks(survey, survey.body(), resolve, out_);
  }

  /// A paragraph whose second line is a table's delimiter row is a table (GFM, section 4.10).
  bool write_table(cmark_node* x) {
    auto first = static_cast<std::size_t>(std::max(cmark_node_get_start_line(x), 1)) - 1;
    auto last = std::min(static_cast<std::size_t>(std::max(cmark_node_get_end_line(x), 1)), lines_.size());
    if (first + 2 > last || !is_delimiter_row(lines_[first + 1]) || lines_[first].find('|') == std::string_view::npos)
      return false;
    out_.open_table();
    for (auto i = first; i < last; ++i) {
      if (i == first + 1)
        continue;
      out_.open_block(block_kind::table_row);
      for (auto cell : split_cells(lines_[i])) {
        out_.next_cell();
        write_cell(cell);
      }
      out_.close_block();
    }
    out_.close_table();
    return true;
  }

  void write_cell(std::string_view cell) {
    std::string plain;
    for (std::size_t i = 0; i < cell.size(); ++i)
      if (cell[i] != '\\' || i + 1 >= cell.size() || cell[i + 1] != '|')
        plain += cell[i];
    document_tree tree{cmark_parse_document(plain.data(), plain.size(), CMARK_OPT_DEFAULT), cmark_node_free};
    auto paragraph = cmark_node_first_child(tree.get());
    if (paragraph == nullptr || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH)
      return out_.text(plain);
    for (auto x = cmark_node_first_child(paragraph); x != nullptr; x = cmark_node_next(x)) {
      enter_inline(x);
      for (auto y = cmark_node_first_child(x); y != nullptr; y = cmark_node_next(y))
        enter_inline(y);
      leave(x);
    }
  }

  const url& base_;
  block_writer& out_;
  markdown_metadata& found_;
  std::vector<std::string_view> lines_;
  std::unordered_set<std::string> known_;
  std::size_t heading_start_ = 0;
};

} // namespace

markdown_metadata write_markdown_text(std::string_view text, const url& base, block_writer& out) {
  markdown_metadata found;
  read_front_matter(text, found);
  auto bounded = bounded_nesting(text.substr(0, most_bytes));
  document_tree tree{cmark_parse_document(bounded.data(), bounded.size(), CMARK_OPT_DEFAULT), cmark_node_free};
  if (tree)
    markdown_reader{bounded, base, out, found}.read(tree.get());
  return found;
}

} // namespace troupe
