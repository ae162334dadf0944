#pragma once
/// The units that come nearest to a question, with how central each is among them and how alike any two are.

#include <map>
#include <vector>

#include "actors/research/sentence_graph.hpp"
#include "actors/research/units.hpp"

namespace troupe {

/// What a sentence is chosen by. The focus score (how much of the question it holds, where it stands, its form: see
/// `selector::score_unit`) is about 0.4 for what touches a question and above 1 for what answers it; the others are
/// small beside it, so that they decide between sentences that answer alike.
struct ranking_weights {
  double centrality = 0.1;        ///< added for the most central sentence
  double redundancy = 0.3;        ///< taken off for one that was said already (maximal marginal relevance)
  double leaning = 0.9;           ///< of the score of a sentence that needs its heading to be understood
  double elsewhere_share = 0.85;  ///< of the lead's score, for a sentence out of another section
  std::size_t most_elsewhere = 2; ///< sentences
};

inline constexpr ranking_weights ranking{};

class ranked_pool {
public:
  /// `scores`: by page and unit. The best `sentence_graph::most_sentences` of at least `least` make the pool.
  ranked_pool(const std::vector<page_units>& cut, const std::vector<std::vector<double>>& scores, double least);

  /// In the order of their scores.
  [[nodiscard]] const std::vector<unit_place>& places() const { return places_; }
  /// 0..1; 0 for a unit outside of the pool.
  [[nodiscard]] double centrality(unit_place x) const;
  /// The greatest likeness of `x` to one of `said`, 0..1.
  [[nodiscard]] double redundancy(unit_place x, const std::vector<unit_place>& said) const;

private:
  std::vector<unit_place> places_;
  std::map<unit_place, std::size_t> index_;
  sentence_graph graph_;
  std::vector<double> central_;
};

} // namespace troupe
