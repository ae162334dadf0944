#pragma once
/// The body of a DOCX file, written as blocks.

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <pugixml.hpp>

#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/formats/docx_styles.hpp"

namespace troupe {

/// What a body refers to. The nodes belong to trees that outlive it.
struct docx_references {
  docx_styles styles;
  std::unordered_map<std::string, std::string> links;    ///< address by relationship
  std::unordered_map<std::string, pugi::xml_node> notes; ///< by `footnote 3`, `endnote 1`
};

class docx_body {
public:
  docx_body(const docx_references& references, block_writer& out) : references_(references), out_(out) {}

  void write(const pugi::xml_node& body);
  /// Text of the title paragraph, else of the first heading.
  [[nodiscard]] const std::string& title() const noexcept { return title_.empty() ? heading_ : title_; }

private:
  struct open_list {
    std::string list;
    std::uint8_t depth = 0;
    bool ordered = false;
  };

  void blocks(const pugi::xml_node& parent, int depth);
  void paragraph(const pugi::xml_node& p, int depth);
  void plain(const pugi::xml_node& p, const docx_style& style, int depth);
  void runs(const pugi::xml_node& parent, int depth);
  void in_run(const pugi::xml_node& x, int depth);
  void table(const pugi::xml_node& x, int depth);
  void cell(const pugi::xml_node& x, int depth);
  void enter_item(const docx_style& style);
  void leave_lists();
  void end_code();
  void write_due(int depth);

  const docx_references& references_;
  block_writer& out_;
  std::vector<open_list> lists_;
  std::map<std::pair<std::string, std::uint8_t>, std::uint32_t> counted_; ///< items so far, by list and depth
  std::vector<pugi::xml_node> due_;      ///< notes and text boxes of the open paragraph
  std::unordered_set<std::string> told_; ///< notes, each once however often it is referred to
  std::string code_;                     ///< lines of code that are not written yet
  std::string title_;
  std::string heading_;
};

} // namespace troupe
