#include "actors/scrape/extract/html_blocks.hpp"

#include <algorithm>
#include <charconv>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"
#include "actors/scrape/extract/table_shape.hpp"

namespace troupe {

namespace {

/// `language-cpp`, `highlight-python`, `brush: js` in a code element's class.
std::string code_language(std::string_view classes) {
  for (std::string_view mark : {"language-", "lang-", "highlight-", "highlight-source-"}) {
    auto at = classes.find(mark);
    if (at == classes.npos)
      continue;
    auto rest = classes.substr(at + mark.size());
    auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return !is_alnum(c) && c != '+' && c != '#'; });
    auto found = lower_case(rest.substr(0, static_cast<std::size_t>(end - rest.begin())));
    if (!found.empty() && found.size() <= 20 && found != "default" && found != "none")
      return found;
  }
  return {};
}

/// What an ordered list's `start` says (HTML, rules for parsing integers); 1 for what Markdown can't number, which has
/// at most nine digits and no sign. `reversed` is not looked at.
std::uint32_t first_number(std::string_view start) {
  constexpr std::uint32_t most = 100'000'000; // leaves room for the items that follow
  start = trim(start);
  if (start.starts_with('+'))
    start.remove_prefix(1);
  std::uint32_t x = 0;
  auto [end, failure] = std::from_chars(start.data(), start.data() + start.size(), x);
  return failure == std::errc{} && x <= most ? x : 1;
}

class html_writer {
public:
  html_writer(const page_survey& survey, std::uint32_t root, const link_resolver& resolve, block_writer& out)
    : survey_(survey), tree_(survey.tree()), root_(root), resolve_(resolve), out_(out) {}

  /// Recursion is as deep as the tree, which the pre-scan bounds.
  void write(std::uint32_t i) {
    auto& x = tree_[i];
    if (survey_.dropped(i))
      return;
    if (x.name == tag::none)
      return out_.text(x.text);
    if (in_row_ > 0)
      return write_in_cell(i);
    if (is_heading(x.name))
      return write_heading(i);
    if (!write_container(i) && !write_phrase(i))
      children(i);
  }

  void children(std::uint32_t i) {
    for (auto child = i + 1; child < tree_[i].end; child = tree_[child].end)
      write(child);
  }

private:
  bool write_container(std::uint32_t i) {
    switch (tree_[i].name) {
    case tag::ul:
    case tag::menu:
    case tag::ol:
      out_.open_list(tree_[i].name == tag::ol, first_number(tree_.get(tree_[i], attr::start)));
      children(i);
      out_.close_list();
      return true;
    case tag::li:
      return write_item(i), true;
    case tag::dl:
      out_.close_block();
      children(i);
      out_.close_block();
      return true;
    case tag::dt:
      return write_term(i), true;
    case tag::dd:
      return write_definition(i), true;
    case tag::blockquote:
      out_.open_quote();
      children(i);
      out_.close_quote();
      return true;
    case tag::pre:
    case tag::listing:
      return write_code(i), true;
    case tag::table:
      return write_table(i), true;
    case tag::figcaption:
      if (heads_text(i))
        return true;
      [[fallthrough]];
    case tag::caption:
      out_.open_block(block_kind::caption);
      children(i);
      out_.close_block();
      return true;
    case tag::br:
      out_.line_break();
      return true;
    case tag::hr:
      out_.close_block();
      return true;
    default:
      if (!is_block(tree_[i].name))
        return false;
      return write_division(i), true;
    }
  }

  /// A picture above the text, or as good as above, is there for the eye: what stands below it is about the picture,
  /// and the text goes on without it. Further down the text speaks of what its figures show.
  [[nodiscard]] bool heads_text(std::uint32_t i) const {
    constexpr std::uint32_t first_paragraphs = 300; // letters
    return survey_.good_between(root_, i) < first_paragraphs && survey_.mass(root_).good >= first_paragraphs;
  }

  void write_division(std::uint32_t i) {
    auto outer = in_note_;
    in_note_ = in_note_ || (survey_.hints(i) & hint_note) != 0;
    if (!out_.awaits_definition())
      out_.close_block();
    children(i);
    out_.close_block();
    in_note_ = outer;
  }

  void write_heading(std::uint32_t i) {
    // "Note" over a note is no heading of the page's outline.
    if (in_note_ && survey_.mass(i).letters < 24)
      out_.open_block(block_kind::paragraph);
    else
      out_.open_block(block_kind::heading,
                      static_cast<std::uint8_t>(1 + static_cast<int>(tree_[i].name) - static_cast<int>(tag::h1)));
    in_heading_ = true;
    inline_children(i);
    in_heading_ = false;
    out_.close_block();
  }

  void write_item(std::uint32_t i) {
    if (out_.list_depth() == 0) { // an item without its list
      out_.close_block();
      children(i);
      return out_.close_block();
    }
    out_.open_item();
    children(i);
    out_.close_item();
  }

  /// Terms and the first paragraph of their definition are one block, a line each.
  void write_term(std::uint32_t i) {
    if (after_term_ && out_.in_definition())
      out_.line_break();
    else
      out_.open_block(block_kind::definition);
    inline_children(i);
    after_term_ = true;
  }

  void write_definition(std::uint32_t i) {
    if (after_term_ && out_.in_definition())
      out_.line_break();
    else
      out_.close_block();
    after_term_ = false;
    children(i);
    out_.close_block();
  }

  void write_code(std::uint32_t i) {
    std::string code;
    std::string info = code_language(tree_.get(tree_[i], attr::class_));
    if (info.empty())
      info = code_language(tree_.get(tree_[tree_[i].parent], attr::class_));
    for (auto j = i + 1; j < tree_[i].end; ++j) {
      auto& x = tree_[j];
      if (survey_.dropped(j))
        continue;
      if (x.name == tag::none)
        code += x.text;
      else if (x.name == tag::br || (is_block(x.name) && !code.empty() && code.back() != '\n'))
        code += '\n';
      else if (x.name == tag::code && info.empty())
        info = code_language(tree_.get(x, attr::class_));
    }
    out_.code_block(code, info);
  }

  // -- tables --------------------------------------------------------------------------------------------------------

  void write_table(std::uint32_t i) {
    if (!is_data_table(tree_, i)) {
      out_.close_block();
      children(i);
      return out_.close_block();
    }
    auto quoted = out_.awaits_definition();
    static_cast<void>(quoted);
    for (auto child = i + 1; child < tree_[i].end; child = tree_[child].end)
      if (tree_[child].name == tag::caption)
        write(child);
    out_.open_table();
    for (auto j = i + 1; j < tree_[i].end; ++j)
      if (tree_[j].name == tag::tr && !survey_.dropped(j)) {
        write_row(j);
        j = tree_[j].end - 1;
      }
    out_.close_table();
  }

  void write_row(std::uint32_t i) {
    out_.open_block(block_kind::table_row);
    ++in_row_;
    for (auto cell = i + 1; cell < tree_[i].end; cell = tree_[cell].end)
      if (tree_[cell].name == tag::td || tree_[cell].name == tag::th) {
        out_.next_cell();
        for (auto child = cell + 1; child < tree_[cell].end; child = tree_[child].end)
          write(child);
      }
    --in_row_;
    out_.close_block();
  }

  /// Blocks in a cell are set apart by a space: a row is one line.
  void write_in_cell(std::uint32_t i) {
    auto& x = tree_[i];
    if (x.name == tag::br || is_block(x.name)) {
      out_.soft_space();
      children(i);
      out_.soft_space();
    } else if (!write_phrase(i)) {
      children(i);
    }
  }

  // -- phrases -------------------------------------------------------------------------------------------------------

  bool write_phrase(std::uint32_t i) {
    auto& x = tree_[i];
    switch (x.name) {
    case tag::a:
      return write_link(i), true;
    case tag::code:
      return write_marked(i, block_writer::mark::code), true;
    case tag::strong:
    case tag::b:
      if (in_heading_)
        return false;
      return write_marked(i, block_writer::mark::strong), true;
    case tag::em:
    case tag::i:
      return write_marked(i, block_writer::mark::emphasis), true;
    default:
      return false;
    }
  }

  [[nodiscard]] bool holds_block(std::uint32_t i) const {
    for (auto j = i + 1; j < tree_[i].end; ++j)
      if (is_block(tree_[j].name) || tree_[j].name == tag::br)
        return true;
    return false;
  }

  void write_marked(std::uint32_t i, block_writer::mark mark) {
    if (holds_block(i) || survey_.mass(i).letters == 0)
      return children(i);
    out_.open_mark(mark);
    children(i);
    out_.close_mark(mark);
  }

  void write_link(std::uint32_t i) {
    auto href = tree_.get(tree_[i], attr::href);
    auto url = href.empty() || href.starts_with('#') || holds_block(i) || survey_.mass(i).letters == 0 ? std::string{}
                                                                                                       : resolve_(href);
    if (url.empty())
      return children(i);
    out_.open_link(url);
    children(i);
    out_.close_link();
  }

  /// Block elements inside a heading or term end nothing.
  void inline_children(std::uint32_t i) {
    for (auto child = i + 1; child < tree_[i].end; child = tree_[child].end) {
      if (survey_.dropped(child))
        continue;
      auto& x = tree_[child];
      if (x.name == tag::none)
        out_.text(x.text);
      else if (x.name == tag::br || is_block(x.name)) {
        out_.soft_space();
        inline_children(child);
        out_.soft_space();
      } else if (x.name == tag::a || !write_phrase(child)) {
        inline_children(child);
      }
    }
  }

  const page_survey& survey_;
  const html_tree& tree_;
  std::uint32_t root_;
  const link_resolver& resolve_;
  block_writer& out_;
  int in_row_ = 0;
  bool in_note_ = false;
  bool in_heading_ = false;
  bool after_term_ = false;
};

} // namespace

void write_blocks(const page_survey& survey, std::uint32_t root, const link_resolver& resolve, block_writer& out) {
  html_writer writer{survey, root, resolve, out};
  writer.write(root);
  out.close_block();
}

} // namespace troupe
