#pragma once
/// Sentences as sparse vectors of their terms: how alike two of them are, and which stand in the middle of what all of
/// them say (LexRank, Erkan and Radev 2004).

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

class sentence_graph {
public:
  static constexpr std::size_t most_sentences = 150;

  /// Terms of each sentence in the order in which they stand. Only the first `most_sentences` take part.
  explicit sentence_graph(const std::vector<std::vector<std::string>>& sentences);

  /// Cosine, 0..1; 0 for a sentence that takes no part.
  [[nodiscard]] double alike(std::size_t a, std::size_t b) const;

  /// For each sentence given 0..1, 1 for the most central one; all 0 when no two have anything in common. Power
  /// iteration of at most 50 steps. Sentences with the same terms count once: a line that a site repeats on each page
  /// is not what its pages agree on.
  [[nodiscard]] std::vector<double> centrality() const;

private:
  using sparse = std::vector<std::pair<std::uint32_t, double>>; ///< term and weight, by term; of length 1

  [[nodiscard]] std::vector<std::vector<double>> links() const;

  std::size_t given_ = 0;
  std::vector<sparse> rows_;
  std::vector<std::size_t> same_as_; ///< the first sentence with these terms
};

} // namespace troupe
