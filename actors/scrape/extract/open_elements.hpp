#pragma once
/// The stack of open elements (HTML standard, 13.2.4.2) of the tree that is being built.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "actors/scrape/extract/html_tree.hpp"

namespace troupe {

class open_elements {
public:
  explicit open_elements(std::vector<html_node>& nodes) : nodes_(nodes) {}

  /// `node`: of the element, or of the innermost element around it when it has none of its own.
  void push(tag name, std::uint32_t node, bool has_node) {
    open_.push_back({name, node, has_node, false});
    ++open_count_[slot(name)];
    depth_ += has_node ? 1 : 0;
  }

  /// Closes the innermost open `name`, unless a table cell or too many elements stand between.
  void close(tag name);
  /// A heading's end tag ends the innermost heading of any level.
  void close_heading();
  /// Elements that `name` closes without their end tag being there (HTML standard, 13.1.2.4).
  void close_implied(tag name);
  void close_all() { pop(0); }

  [[nodiscard]] bool is_open(tag t) const { return open_count_[slot(t)] > 0; }
  [[nodiscard]] tag top() const { return open_.empty() ? tag::none : open_.back().name; }
  /// The innermost node.
  [[nodiscard]] std::uint32_t node() const { return open_.empty() ? 0 : open_.back().node; }
  /// Open elements that have nodes.
  [[nodiscard]] std::size_t depth() const { return depth_; }
  /// A block was closed since `forget_closed`.
  [[nodiscard]] bool closed_block() const { return closed_block_; }
  void forget_closed() { closed_block_ = false; }

private:
  struct element {
    tag name;
    std::uint32_t node;
    bool has_node;
    bool closing; ///< its end tag has come, but blocks in it are still open
  };

  static std::size_t slot(tag t) { return static_cast<std::size_t>(t); }
  template <class Which, class Bound>
  void close_within(Which which, Bound bound);
  void pop(std::size_t position);

  std::vector<html_node>& nodes_;
  std::vector<element> open_;
  std::array<std::uint32_t, static_cast<std::size_t>(tag::count_)> open_count_{};
  std::size_t depth_ = 0;
  bool closed_block_ = false;
};

} // namespace troupe
