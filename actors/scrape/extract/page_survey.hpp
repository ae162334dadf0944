#pragma once
/// One pass over a page's tree: what each element is called, hides, and holds. Subtree sums in constant time.

#include <cstdint>
#include <vector>

#include "actors/scrape/extract/html_tree.hpp"

namespace troupe {

/// Counts of a subtree. Letters count code points; wide scripts (CJK) count double, since they say more in each.
struct text_mass {
  std::uint32_t letters = 0;
  std::uint32_t linked = 0; ///< letters inside `a`
  std::uint32_t good = 0;   ///< letters in blocks that read like prose or code
  std::uint32_t runs = 0;   ///< text blocks
};

class page_survey {
public:
  explicit page_survey(const html_tree& tree);

  [[nodiscard]] const html_tree& tree() const noexcept { return tree_; }
  [[nodiscard]] std::uint32_t hints(std::uint32_t i) const { return hints_[i]; }
  /// Of what is not dropped.
  [[nodiscard]] text_mass mass(std::uint32_t i) const;
  /// Letters of prose in nodes `[from, to)`.
  [[nodiscard]] std::uint32_t good_between(std::uint32_t from, std::uint32_t to) const {
    return before_[to].good - before_[from].good;
  }
  [[nodiscard]] double link_density(std::uint32_t i) const;

  [[nodiscard]] bool dropped(std::uint32_t i) const { return dropped_[i]; }
  /// Drops a subtree. `recount` before the next question about masses.
  void drop(std::uint32_t i);
  /// Takes back that one element is dropped; what is below it stays as it is.
  void keep(std::uint32_t i) { dropped_[i] = false; }
  void recount();
  [[nodiscard]] std::uint32_t body() const noexcept { return body_; }

private:
  void read_hints();
  struct run;
  void close_run(run& r);

  const html_tree& tree_;
  std::vector<std::uint32_t> hints_;
  std::vector<bool> dropped_;
  std::vector<text_mass> before_; ///< prefix sums: of nodes before i
  std::vector<text_mass> own_;    ///< of text nodes
  std::uint32_t body_ = 0;
};

} // namespace troupe
