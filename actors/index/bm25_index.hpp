#pragma once
/// The lexical leg: an in-memory inverted index with positions, scored by BM25.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/embed/term_dictionary.hpp"
#include "actors/index/posting_list.hpp"
#include "actors/index/slot_set.hpp"

namespace troupe {

class term_list;

/// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the idf
/// ln(1 + (N - df + 0.5) / (df + 0.5)) that never turns negative. The defaults are Anserini's.
struct bm25_parameters {
  float k1 = 0.9F;
  float b = 0.4F;
};

/// What a query's scores depend on besides the passages: sums over all parts of a collection give every part the scores
/// it would have in the whole.
struct lexical_statistics {
  std::uint64_t passages = 0;
  std::uint64_t terms = 0;                ///< all passages' lengths together
  std::vector<std::uint64_t> frequencies; ///< of passages that hold it, by distinct term of the query, as first named
  /// Of the same query.
  void add(const lexical_statistics& x);
  /// Its idf; 0 for a term that no passage holds.
  [[nodiscard]] double weight(std::size_t distinct_term) const;
};

/// Where the terms of a query stand in a passage: positions, ascending, by distinct term as first named.
using term_places = std::vector<std::vector<std::uint32_t>>;

/// Deleted passages stay in the postings, dead, until `purge_more` has passed. One thread at a time.
class bm25_index {
public:
  explicit bm25_index(bm25_parameters parameters = {}) : parameters_(parameters) {}

  /// Adds a passage. `at` must be above every slot added before. An empty list is a passage no query finds.
  void add(slot at, const term_list& terms);
  /// Takes a passage out; `terms` must be those it was added with (they give back its document frequencies).
  void remove(slot at, const term_list& terms);
  /// The `k` best passages for a query, exactly: scores do not depend on what was passed over to find them. A term that
  /// stands twice in the query counts twice. `only`: nothing but these slots, null for all. `whole`: of the collection
  /// that this is a part of, null when it is all.
  [[nodiscard]] std::vector<scored_slot> search(const term_list& query, std::size_t k, const slot_set* only = nullptr,
                                                const lexical_statistics* whole = nullptr) const;
  /// Passages in which these terms stand as they stand in `phrase`: one behind the other, and as far apart. `phrase`
  /// has a term at least.
  [[nodiscard]] slot_set holding(const term_list& phrase) const;
  [[nodiscard]] lexical_statistics statistics(const term_list& query) const;
  /// Calls `f` with each of these passages, ascending, and where the terms of `query` stand in it.
  void each_place(const term_list& query, std::span<const slot> passages,
                  const std::function<void(slot, const term_places&)>& f) const;

  /// Takes dead postings out of the lists, about `at_most` postings' worth of work at a time (10 ns each). Nothing to
  /// do until a quarter of the passages are dead. Answers whether more is to be done.
  bool purge_more(std::size_t at_most);
  [[nodiscard]] bool to_purge() const { return purging_ || dead_ > std::max(dead_bearable, live_ / 4); }

  void save(snapshot_writer& out) const;
  /// Of an index with the same parameters, in place of what is there. `in` says whether it went well.
  void load(snapshot_reader& in);

  /// Live passages, and distinct terms ever seen.
  [[nodiscard]] std::size_t size() const { return live_; }
  [[nodiscard]] std::size_t vocabulary() const { return dictionary_.size(); }
  /// Document frequency of a term among live passages.
  [[nodiscard]] std::uint32_t frequency(std::string_view term) const;

private:
  struct query_term {
    term_number term; ///< `no_term`: nowhere here
    std::uint32_t times;
  };
  [[nodiscard]] std::vector<query_term> distinct(const term_list& query) const;
  [[nodiscard]] std::uint32_t alive(term_number x) const { return x == no_term ? 0 : postings_[x].alive(); }

  static constexpr std::size_t dead_bearable = 1024;

  bm25_parameters parameters_;
  term_dictionary dictionary_;
  std::vector<posting_list> postings_; ///< by term
  std::vector<std::uint32_t> lengths_; ///< in terms, by slot; 0: dead
  std::uint64_t total_length_ = 0;
  std::size_t live_ = 0;
  std::size_t dead_ = 0;   ///< since the last purge began
  term_number purged_ = 0; ///< of a purge under way: the next list
  bool purging_ = false;

  // scratch, kept between calls
  std::vector<std::pair<term_number, std::uint32_t>> places_; ///< terms of a passage with their positions
  std::vector<std::uint32_t> positions_;
};

} // namespace troupe
