#pragma once
/// The lexical leg: an in-memory inverted index scored by BM25.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/embed/term_dictionary.hpp"
#include "actors/index/slot_set.hpp"

namespace troupe {

class term_list;

/// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the idf
/// ln(1 + (N - df + 0.5) / (df + 0.5)) that never turns negative. The defaults are Anserini's.
struct bm25_parameters {
  float k1 = 0.9F;
  float b = 0.4F;
};

/// Postings are varint-coded deltas of slots with term frequencies, appended in slot order. Deleted passages stay in
/// the postings, dead, until `purge`. One thread at a time.
class bm25_index {
public:
  explicit bm25_index(bm25_parameters parameters = {}) : parameters_(parameters) {}

  /// Adds a passage. `at` must be above every slot added before. An empty list is a passage no query finds.
  void add(slot at, const term_list& terms);
  /// Takes a passage out; `terms` must be those it was added with (they give back its document frequencies).
  void remove(slot at, const term_list& terms);
  /// The `k` best passages for a query: every one that holds a term, scored exactly. A term that stands twice in the
  /// query counts twice. `only`: nothing but these slots, null for all.
  [[nodiscard]] std::vector<scored_slot> search(const term_list& query, std::size_t k, const slot_set* only = nullptr);

  /// Live passages, and distinct terms ever seen.
  [[nodiscard]] std::size_t size() const { return live_; }
  [[nodiscard]] std::size_t vocabulary() const { return dictionary_.size(); }
  /// Document frequency of a term among live passages.
  [[nodiscard]] std::uint32_t frequency(std::string_view term) const;

private:
  struct postings {
    std::vector<std::uint8_t> bytes;
    std::uint32_t count = 0; ///< dead ones included
    std::uint32_t df = 0;
    slot last = 0;
  };
  struct weighted_term {
    term_number term;
    float weight;
  };

  /// Distinct terms of a list with their frequencies, in `counts_`.
  void count_terms(const term_list& terms);
  static void append(postings& p, slot at, std::uint32_t tf);
  template <class F>
  static void each_posting(const postings& p, F&& f);
  void accumulate(const weighted_term& term, const slot_set* only);
  [[nodiscard]] std::vector<weighted_term> weigh(const term_list& query);
  void prepare_norms();
  void purge();

  bm25_parameters parameters_;
  term_dictionary dictionary_;
  std::vector<postings> postings_;
  std::vector<std::uint32_t> lengths_; ///< in terms, by slot; 0: dead
  std::uint64_t total_length_ = 0;
  std::size_t live_ = 0;
  std::size_t dead_ = 0; ///< since the last purge

  // scratch, kept between calls
  std::vector<term_number> counts_terms_;
  std::vector<std::pair<term_number, std::uint32_t>> counts_;
  std::vector<float> scores_; ///< by slot, 0 between searches
  std::vector<slot> touched_;
  std::vector<float> norms_; ///< k1 * (1 - b + b * length / average), by length
  bool norms_stale_ = true;
};

} // namespace troupe
