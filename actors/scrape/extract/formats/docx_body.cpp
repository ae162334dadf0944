#include "actors/scrape/extract/formats/docx_body.hpp"

#include <algorithm>
#include <array>

#include "actors/scrape/extract/formats/file_facts.hpp"
#include "actors/scrape/extract/formats/xml_part.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_due = 1000; ///< notes and boxes of one paragraph

bool is_set(const pugi::xml_node& flag) {
  auto value = attribute_of(flag, "val");
  return flag && value != "0" && value != "false" && value != "off";
}

/// Deleted text, properties, instructions of fields, and what only repeats the choice before it.
bool is_passed_over(std::string_view name) {
  static constexpr std::array<std::string_view, 10> names{"del",     "moveFrom", "pPr",    "rPr",   "instrText",
                                                          "delText", "Fallback", "sectPr", "tblPr", "sdtPr"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A content control that Word fills with the table of contents.
bool is_contents(const pugi::xml_node& control) {
  auto gallery = child_of(child_of(child_of(control, "sdtPr"), "docPartObj"), "docPartGallery");
  return attribute_of(gallery, "val") == "Table of Contents";
}

std::size_t cells_of(const pugi::xml_node& row) {
  return static_cast<std::size_t>(std::count_if(
    row.begin(), row.end(), [](const pugi::xml_node& x) { return local_name(x) == "tc" || local_name(x) == "sdt"; }));
}

/// One column only: a frame around text.
bool is_frame(const pugi::xml_node& table) {
  return std::all_of(table.begin(), table.end(),
                     [](const pugi::xml_node& x) { return local_name(x) != "tr" || cells_of(x) <= 1; });
}

} // namespace

void docx_body::write(const pugi::xml_node& body) {
  blocks(body, 0);
  end_code();
  leave_lists();
}

void docx_body::blocks(const pugi::xml_node& parent, int depth) {
  if (depth > most_xml_depth)
    return;
  for (auto& x : parent.children()) {
    auto name = local_name(x);
    if (out_.written().size() > most_file_text)
      return;
    if (name == "p")
      paragraph(x, depth + 1);
    else if (name == "tbl")
      table(x, depth + 1);
    else if (!is_passed_over(name) && !(name == "sdt" && is_contents(x)))
      blocks(x, depth + 1);
  }
}

// -- paragraphs ------------------------------------------------------------------------------------------------------

void docx_body::paragraph(const pugi::xml_node& p, int depth) {
  auto style = references_.styles.of(p);
  if (style.role == docx_role::contents)
    return;
  if (style.role == docx_role::code) {
    leave_lists();
    code_ += text_below(p) + "\n";
    return;
  }
  end_code();
  auto heads = style.role == docx_role::heading || style.role == docx_role::title;
  if (!heads && !style.list.empty()) {
    enter_item(style);
    out_.open_block(block_kind::paragraph);
    runs(p, depth);
    out_.close_block();
  } else {
    leave_lists();
    plain(p, style, depth);
  }
  write_due(depth);
}

void docx_body::plain(const pugi::xml_node& p, const docx_style& style, int depth) {
  if (style.role == docx_role::quote)
    out_.open_quote();
  auto heads = style.role == docx_role::heading || style.role == docx_role::title;
  out_.open_block(heads                              ? block_kind::heading
                  : style.role == docx_role::caption ? block_kind::caption
                                                     : block_kind::paragraph,
                  style.level);
  auto start = out_.written().size();
  runs(p, depth);
  out_.close_block();
  if (style.role == docx_role::quote)
    out_.close_quote();
  auto& known = style.role == docx_role::title ? title_ : heading_;
  if (heads && known.empty() && out_.written().size() > start)
    known = out_.written().substr(start);
}

void docx_body::write_due(int depth) {
  auto due = std::move(due_);
  due_.clear();
  for (auto& x : due)
    blocks(x, depth + 1);
}

void docx_body::end_code() {
  out_.code_block(code_, {});
  code_.clear();
}

// -- lists -----------------------------------------------------------------------------------------------------------

void docx_body::enter_item(const docx_style& style) {
  auto ordered = references_.styles.ordered(style.list, style.depth);
  auto leave = [this] {
    out_.close_item();
    out_.close_list();
    lists_.pop_back();
  };
  while (!lists_.empty() && lists_.back().depth > style.depth)
    leave();
  if (!lists_.empty() && lists_.back().depth == style.depth
      && (lists_.back().list != style.list || lists_.back().ordered != ordered))
    leave();
  auto& count = counted_[{style.list, style.depth}];
  if (!lists_.empty() && lists_.back().depth == style.depth) {
    out_.close_item();
  } else {
    if (style.depth > 0 && !lists_.empty())
      count = 0; // a list inside an item begins anew
    out_.open_list(ordered, count + 1);
    lists_.push_back({style.list, style.depth, ordered});
  }
  ++count;
  out_.open_item();
}

void docx_body::leave_lists() {
  for (; !lists_.empty(); lists_.pop_back()) {
    out_.close_item();
    out_.close_list();
  }
}

// -- runs ------------------------------------------------------------------------------------------------------------

void docx_body::runs(const pugi::xml_node& parent, int depth) {
  if (depth > most_xml_depth)
    return;
  for (auto& x : parent.children()) {
    auto name = local_name(x);
    if (is_passed_over(name) || (name == "r" && is_set(child_of(child_of(x, "rPr"), "vanish"))))
      continue;
    auto address = name == "hyperlink" ? references_.links.find(attribute_of(x, "id")) : references_.links.end();
    if (address != references_.links.end())
      out_.open_link(address->second);
    in_run(x, depth + 1);
    if (address != references_.links.end())
      out_.close_link();
  }
}

void docx_body::in_run(const pugi::xml_node& x, int depth) {
  auto name = local_name(x);
  if (name == "t") {
    out_.text(text_below(x));
  } else if (name == "tab" || name == "ptab" || name == "cr") {
    out_.soft_space();
  } else if (name == "br") {
    attribute_of(x, "type").empty() ? out_.line_break() : out_.soft_space();
  } else if (name == "noBreakHyphen") {
    out_.text("-");
  } else if (name == "footnoteReference" || name == "endnoteReference") {
    auto note = references_.notes.find(std::string{name.substr(0, name.find('R'))} + " " + attribute_of(x, "id"));
    if (note != references_.notes.end() && due_.size() < most_due && told_.insert(note->first).second)
      due_.push_back(note->second);
  } else if (name == "txbxContent") {
    if (due_.size() < most_due)
      due_.push_back(x);
  } else {
    runs(x, depth);
  }
}

// -- tables ----------------------------------------------------------------------------------------------------------

void docx_body::table(const pugi::xml_node& x, int depth) {
  end_code();
  leave_lists();
  if (is_frame(x))
    return blocks(x, depth);
  out_.open_table();
  for (auto& row : x.children()) {
    if (local_name(row) != "tr" || out_.written().size() > most_file_text)
      continue;
    out_.open_block(block_kind::table_row);
    for (auto& y : row.children()) {
      auto control = local_name(y) == "sdt";
      if (!control && local_name(y) != "tc")
        continue;
      out_.next_cell();
      cell(control ? child_of(child_of(y, "sdtContent"), "tc") : y, depth + 1);
    }
    out_.close_block();
  }
  out_.close_table();
  write_due(depth);
}

/// Paragraphs of a cell, and of tables inside it, are set apart by a space: a row is one line.
void docx_body::cell(const pugi::xml_node& x, int depth) {
  auto merged = child_of(child_of(x, "tcPr"), "vMerge");
  if (depth > most_xml_depth || (merged && attribute_of(merged, "val") != "restart"))
    return;
  for (auto& child : x.children()) {
    auto name = local_name(child);
    if (name == "p")
      runs(child, depth + 1);
    else if (!is_passed_over(name))
      cell(child, depth + 1);
    out_.soft_space();
  }
}

} // namespace troupe
