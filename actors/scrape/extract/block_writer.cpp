#include "actors/scrape/extract/block_writer.hpp"

#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/markdown_escape.hpp"
#include "actors/scrape/extract/sha256.hpp"

namespace troupe {

namespace {

/// Nothing a reader would see: white space, no-break and zero-width spaces, directional marks, soft hyphens.
bool blank(std::string_view x) {
  for (std::size_t i = 0; i < x.size();) {
    auto rest = x.substr(i);
    if (is_space(x[i]))
      i += 1;
    else if (rest.starts_with("\xC2\xA0") || rest.starts_with("\xC2\xAD"))
      i += 2;
    else if (rest.starts_with("\xE2\x80\x8B") || rest.starts_with("\xE2\x80\x8E") || rest.starts_with("\xE2\x80\x8F")
             || rest.starts_with("\xEF\xBB\xBF") || rest.starts_with("\xE2\x80\x8C")
             || rest.starts_with("\xE2\x80\x8D"))
      i += 3;
    else
      return false;
  }
  return true;
}

} // namespace

// -- containers ------------------------------------------------------------------------------------------------------

void block_writer::open_list(bool ordered, std::uint32_t first) {
  close_block();
  if (list_depth_++ == 0 && !in_table_) {
    ++group_;
    last_was_item_ = false;
  }
  containers_.push_back({false, true, ordered, false, false, first});
}

void block_writer::close_list() {
  close_block();
  while (!containers_.empty() && !containers_.back().list)
    containers_.pop_back();
  if (!containers_.empty())
    containers_.pop_back();
  if (list_depth_ > 0)
    --list_depth_;
}

void block_writer::open_item() {
  close_block();
  if (!containers_.empty() && containers_.back().list) {
    containers_.back().marker_due = true;
    containers_.back().step_due = containers_.back().ordered;
  }
}

void block_writer::close_item() {
  close_block();
  if (!containers_.empty() && containers_.back().list) {
    if (!containers_.back().marker_due)
      ++containers_.back().number;
    containers_.back().marker_due = false;
    containers_.back().step_due = false;
  }
}

void block_writer::open_quote() {
  close_block();
  containers_.push_back({true, false, false, false, false, 1});
}

void block_writer::close_quote() {
  close_block();
  if (!containers_.empty() && containers_.back().quote)
    containers_.pop_back();
}

void block_writer::open_table() {
  close_block();
  if (list_depth_ == 0)
    ++group_;
  in_table_ = true;
  header_due_ = true;
}

void block_writer::close_table() {
  close_block();
  in_table_ = false;
}

bool block_writer::inside_quote() const {
  return std::any_of(containers_.begin(), containers_.end(), [](const container& x) { return x.quote; });
}

block_writer::container* block_writer::innermost_list() {
  auto found = std::find_if(containers_.rbegin(), containers_.rend(), [](const container& x) { return x.list; });
  return found == containers_.rend() ? nullptr : &*found;
}

// -- blocks ----------------------------------------------------------------------------------------------------------

void block_writer::open_block(block_kind kind, std::uint8_t level) {
  close_block();
  if (kind == block_kind::paragraph && list_depth_ > 0) {
    auto list = innermost_list();
    kind = list != nullptr && list->step_due ? block_kind::step : block_kind::list_item;
    level = static_cast<std::uint8_t>(std::min<std::uint32_t>(list_depth_, 255));
  } else if (kind == block_kind::paragraph && inside_quote()) {
    kind = block_kind::quote;
  }
  begin(kind, level);
}

void block_writer::separate(block_kind kind) {
  if (text_.empty())
    return;
  auto alike =
    !blocks_.empty()
    && (is_item(kind) ? is_item(blocks_.back().kind) : kind == block_kind::table_row && blocks_.back().kind == kind);
  auto same_group = group_ == last_group_ && alike;
  text_ += same_group ? "\n" : "\n\n";
}

void block_writer::begin(block_kind kind, std::uint8_t level) {
  current_ = {kind, level, 0, 0};
  inline_markdown_.clear();
  open_ = true;
  space_due_ = false;
  breaks_due_ = 0;
  row_cells_ = 0;
  link_url_.clear();
  marks_.clear();
  code_marks_ = 0;
  auto before = text_.size();
  separate(kind);
  current_.start = static_cast<std::uint32_t>(text_.size());
  current_.end = static_cast<std::uint32_t>(before); // where to cut back to when nothing comes
}

void block_writer::close_block() {
  if (!open_)
    return;
  open_ = false;
  if (!link_url_.empty())
    close_link();
  auto content = std::string_view{text_}.substr(current_.start);
  if (blank(content)) {
    text_.resize(current_.end);
    return;
  }
  while (is_space(text_.back()))
    text_.pop_back();
  current_.end = static_cast<std::uint32_t>(text_.size());
  blocks_.push_back(current_);
  last_group_ = group_;
  if (auto list = current_.kind == block_kind::step ? innermost_list() : nullptr; list != nullptr)
    list->step_due = false;
  end_markdown_block();
}

void block_writer::code_block(std::string_view code, std::string_view info) {
  close_block();
  std::string plain;
  if (code.find('\r') != code.npos) { // markup may name one: `&#13;`
    plain = code;
    normalise_lines(plain);
    code = plain;
  }
  while (!code.empty() && is_space(code.back()))
    code.remove_suffix(1);
  // Blank lines in front go, the indentation of the first line stays.
  for (auto line = code.find('\n'); line != code.npos && trim(code.substr(0, line)).empty(); line = code.find('\n'))
    code.remove_prefix(line + 1);
  if (blank(code))
    return;
  begin(block_kind::code, 0);
  open_ = false;
  text_ += code;
  current_.end = static_cast<std::uint32_t>(text_.size());
  blocks_.push_back(current_);
  last_group_ = group_;
  auto fence = fence_for(code);
  write_markdown(fence + std::string{info} + "\n" + std::string{code} + "\n" + fence, true);
}

void block_writer::next_cell() {
  if (!open_)
    return;
  if (row_cells_++ > 0) {
    while (text_.size() > current_.start && text_.back() == ' ')
      text_.pop_back();
    text_ += '\t'; // white space, so that a row quoted from here stands in its page
    inline_markdown_ += " | ";
  }
  space_due_ = false;
  breaks_due_ = 0;
}

// -- inline content --------------------------------------------------------------------------------------------------

void block_writer::break_if_due() {
  if (breaks_due_ == 0)
    return;
  auto at_start = text_.size() == current_.start;
  auto one_line = current_.kind == block_kind::heading || current_.kind == block_kind::table_row;
  if (at_start) {
    breaks_due_ = 0;
  } else if (one_line) {
    space_due_ = true;
    breaks_due_ = 0;
  } else if (breaks_due_ == 1) {
    text_ += '\n';
    inline_markdown_ += "\\\n";
    space_due_ = false;
    breaks_due_ = 0;
  } else {
    auto kind = current_.kind == block_kind::step ? block_kind::list_item : current_.kind;
    auto level = current_.level;
    auto url = link_url_;
    close_block();
    begin(kind, level);
    if (!url.empty())
      open_link(url);
  }
}

void block_writer::text(std::string_view x) {
  while (!x.empty()) {
    auto space = static_cast<std::size_t>(std::find_if(x.begin(), x.end(), is_space) - x.begin());
    if (space > 0) {
      if (!open_)
        open_block(block_kind::paragraph);
      break_if_due();
      auto empty = text_.size() == current_.start;
      if (space_due_ && !empty && !is_space(text_.back())) {
        text_ += ' ';
        inline_markdown_ += ' ';
      }
      space_due_ = false;
      auto line_start = inline_markdown_.empty() || inline_markdown_.back() == '\n';
      text_.append(x.substr(0, space));
      if (code_marks_ > 0)
        inline_markdown_.append(x.substr(0, space));
      else
        append_escaped(inline_markdown_, x.substr(0, space), line_start, current_.kind == block_kind::table_row);
      x.remove_prefix(space);
    }
    while (!x.empty() && is_space(x.front())) {
      x.remove_prefix(1);
      space_due_ = true;
    }
  }
}

void block_writer::line_break() {
  if (open_)
    ++breaks_due_;
}

void block_writer::soft_space() { space_due_ = true; }

void block_writer::open_mark(mark m) {
  if (!open_)
    open_block(block_kind::paragraph);
  break_if_due();
  if (code_marks_ > 0)
    return;
  // The space before a mark stands outside of it.
  if (space_due_ && text_.size() > current_.start && !is_space(text_.back())) {
    text_ += ' ';
    inline_markdown_ += ' ';
  }
  space_due_ = false;
  marks_.emplace_back(m, inline_markdown_.size());
  code_marks_ += m == mark::code ? 1 : 0;
}

void block_writer::close_mark(mark m) {
  if (marks_.empty() || marks_.back().first != m)
    return;
  auto start = marks_.back().second;
  marks_.pop_back();
  code_marks_ -= m == mark::code ? 1 : 0;
  auto inner = inline_markdown_.substr(start);
  if (inner.empty() || inner.find('\n') != inner.npos)
    return;
  inline_markdown_.resize(start);
  if (m == mark::code)
    inline_markdown_ += code_span(inner);
  else if (m == mark::strong)
    inline_markdown_ += "**" + inner + "**";
  else
    inline_markdown_ += "*" + inner + "*";
}

void block_writer::open_link(std::string_view url) {
  if (!open_)
    open_block(block_kind::paragraph);
  if (!link_url_.empty())
    close_link();
  link_url_ = url;
  link_start_ = inline_markdown_.size();
}

void block_writer::close_link() {
  if (link_url_.empty())
    return;
  auto start = link_start_;
  while (!marks_.empty() && marks_.back().second > start)
    marks_.pop_back();
  while (start < inline_markdown_.size() && is_space(inline_markdown_[start]))
    ++start;
  if (start < inline_markdown_.size()) {
    inline_markdown_.insert(start, 1, '[');
    inline_markdown_ += "](" + link_destination(link_url_) + ")";
  }
  link_url_.clear();
}

void block_writer::finish(document& out) {
  close_block();
  while (!markdown_.empty() && markdown_.back() == '\n')
    markdown_.pop_back();
  if (!markdown_.empty())
    markdown_ += '\n';
  out.id = document_id{sha256_hex(text_)};
  out.text = std::move(text_);
  out.markdown = std::move(markdown_);
  out.blocks = std::move(blocks_);
}

} // namespace troupe
