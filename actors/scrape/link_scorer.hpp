#pragma once
/// How much a link speaks for the question: which of the question's terms stand in its anchor, its address and the
/// words around it, each term weighted by how rare it is among all links seen so far.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/document.hpp"

namespace troupe {

/// What was found in one link: a bit for each of the question's terms. Kept instead of a score, since the weights move.
struct link_evidence {
  std::uint64_t anchor = 0;
  std::uint64_t address = 0;
  std::uint64_t context = 0;
  bool in_content = false;
  bool other_host = false;
  bool overview = false; ///< looks like an index, a table of contents, a site map: it leads to many pages

  bool operator==(const link_evidence&) const = default;
  [[nodiscard]] std::uint64_t any() const noexcept { return anchor | address | context; }
};

class link_scorer {
public:
  /// Takes at most 64 distinct terms of `question`, without its function words.
  explicit link_scorer(std::string_view question);

  /// Whether there is anything to score by.
  [[nodiscard]] bool blind() const noexcept { return terms_.empty(); }
  /// `path_and_query`: of the link's address.
  [[nodiscard]] link_evidence look(const link& x, std::string_view path_and_query) const;
  /// Counts a link towards the rarity of its terms; once a link.
  void learn(const link_evidence& x);
  /// Counts what a further anchor of a known link adds to it.
  void learn_more(const link_evidence& known, const link_evidence& added);
  /// 0 (nothing speaks for it) to about 1 (everything does), before depth.
  [[nodiscard]] double relevance(const link_evidence& x) const;

private:
  std::uint64_t term(const std::string& word);
  [[nodiscard]] std::uint64_t match(std::string_view text) const;
  void count(std::uint64_t bits);

  struct joined {
    std::string stem;
    std::uint64_t bits = 0;
  };

  std::vector<std::string> terms_; ///< stems
  std::vector<joined> joined_;     ///< neighbours in the question written as one word: `back up`, `backup`
  std::vector<std::uint64_t> seen_in_;
  std::array<double, 64> weight_{};
  double total_ = 0;
  std::uint64_t links_ = 0;
};

/// Lower-cased words of `text` (UTF-8, anything goes); where words are not spaced, as pairs of characters. At most
/// `limit`.
std::vector<std::string> words_of(std::string_view text, std::size_t limit);
/// The same, stemmed.
std::vector<std::string> stems_of(std::string_view text, std::size_t limit);
/// Whether a lower-cased word is a function or question word of English.
bool is_function_word(std::string_view word) noexcept;

} // namespace troupe
