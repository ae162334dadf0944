#pragma once
/// Builds a snapshot: plain text with its blocks, and the same content as Markdown, in one pass. Every reader of a
/// format (HTML, Markdown, plain text) writes through this, so offsets follow one set of rules:
/// blocks are separated by a blank line; items of one list (ordered or not) and rows of one table by a line end; white
/// space is collapsed outside code; nothing blank becomes a block.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/document.hpp"

namespace troupe {

class block_writer {
public:
  // -- containers, nested --------------------------------------------------------------------------------------------
  void open_list(bool ordered, std::uint32_t first = 1);
  void close_list();
  void open_item();
  void close_item();
  void open_quote();
  void close_quote();
  void open_table();
  void close_table();

  // -- blocks --------------------------------------------------------------------------------------------------------
  /// Closes the block that is open. Inside a list or quote, paragraphs take the container's kind; the first of an item
  /// of an ordered list is a step.
  void open_block(block_kind kind, std::uint8_t level = 0);
  void close_block();
  /// One block, verbatim: line ends and spaces stay. `info`: the language after Markdown's fence.
  void code_block(std::string_view code, std::string_view info);
  /// Starts the next cell of a row.
  void next_cell();
  [[nodiscard]] bool in_block() const noexcept { return open_; }
  /// The open block is a definition that waits for its text on a new line.
  [[nodiscard]] bool awaits_definition() const noexcept {
    return open_ && current_.kind == block_kind::definition && breaks_due_ == 1;
  }
  [[nodiscard]] bool in_definition() const noexcept { return open_ && current_.kind == block_kind::definition; }
  [[nodiscard]] std::uint32_t list_depth() const noexcept { return list_depth_; }

  // -- inline content of the open block; opens a paragraph when there is none ----------------------------------------
  void text(std::string_view x);
  /// A line end of its own (`<br>`); two in a row start another block of the same kind.
  void line_break();
  void soft_space();
  enum class mark : std::uint8_t { code, strong, emphasis };
  void open_mark(mark m);
  void close_mark(mark m);
  void open_link(std::string_view url);
  void close_link();

  /// Text written so far. Offsets into it stay valid.
  [[nodiscard]] const std::string& written() const noexcept { return text_; }

  /// Moves text, blocks and Markdown into `out` and sets its id.
  void finish(document& out);

private:
  struct container {
    bool quote = false;
    bool list = false;
    bool ordered = false;
    bool marker_due = false; ///< the item's marker is not written yet
    bool step_due = false;   ///< the item of an ordered list has no block of its own yet
    std::uint32_t number = 1;
  };

  void begin(block_kind kind, std::uint8_t level);
  void break_if_due();
  void end_markdown_block();
  void write_markdown(std::string_view content, bool verbatim);
  std::string first_prefix();
  [[nodiscard]] std::string rest_prefix() const;
  [[nodiscard]] bool inside_quote() const;
  container* innermost_list();
  void separate(block_kind kind);

  std::string text_;
  std::string markdown_;
  std::string inline_markdown_; ///< of the open block
  std::vector<block> blocks_;
  std::vector<container> containers_;
  std::uint32_t list_depth_ = 0;
  std::uint32_t group_ = 0;      ///< number of the top-level list or table we are in
  std::uint32_t last_group_ = 0; ///< that the last block was in
  std::uint32_t row_cells_ = 0;
  bool in_table_ = false;
  bool last_was_item_ = false;
  bool header_due_ = false; ///< the rule below a table's first row
  bool open_ = false;
  bool space_due_ = false;
  std::uint32_t breaks_due_ = 0;
  block current_;
  std::string link_url_;
  std::size_t link_start_ = 0;
  std::vector<std::pair<mark, std::size_t>> marks_; ///< open ones, with where they start in `inline_markdown_`
  std::uint32_t code_marks_ = 0;
};

} // namespace troupe
