#pragma once
/// The built-in model that knows its collection: latent semantic analysis (Deerwester et al., "Indexing by Latent
/// Semantic Analysis", 1990), fitted on the passages themselves. Nothing to download, no labels.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/embed/analyzer.hpp"
#include "actors/embed/embedding_model.hpp"
#include "actors/embed/lsa_algebra.hpp"
#include "actors/embed/term_dictionary.hpp"

namespace troupe {

/// Terms with a place in the latent space. Shared between threads: it never changes after it was fitted or loaded.
class lsa_space {
public:
  /// A text's place: its terms, weighed (1 + ln tf) · idf, each at its own place, at length 1. All zero when it has no
  /// term that is known. The same for documents, fitted or new, and for queries.
  [[nodiscard]] embedding place(const term_list& terms) const;

  /// `lsa-1/` and 16 hexadecimal digits of its content: vectors of different fits never meet.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::size_t dimensions() const { return dimensions_; }
  [[nodiscard]] std::size_t terms() const { return dictionary_.size(); }
  /// Passages it was fitted on.
  [[nodiscard]] std::uint64_t fitted_on() const { return fitted_on_; }
  /// Resident, roughly.
  [[nodiscard]] std::size_t bytes() const { return rows_.size() + dictionary_.size() * 40; }

  /// As bytes, to be stored. `load` refuses what is damaged or of another format with `unreadable`.
  [[nodiscard]] std::string save() const;
  static expected<lsa_space> load(std::string_view bytes);

private:
  friend class lsa_fit;
  void add_term(std::string_view term, float idf, const embedding& row);
  void finish(); ///< makes the name

  std::size_t dimensions_ = 0;
  std::uint64_t fitted_on_ = 0;
  std::string name_;
  term_dictionary dictionary_;
  std::vector<float> idf_;        ///< by term
  std::vector<float> scales_;     ///< by term
  std::vector<std::int8_t> rows_; ///< by term, `dimensions_` each
};

struct lsa_options {
  std::size_t dimensions = 128; ///< at most a third of the passages
  std::size_t oversample = 20;
  std::size_t iterations = 4;
  std::size_t most_passages = 20'000; ///< beyond, a sample of so many evenly spread ones: memory stays below 200 MB
  std::size_t most_terms = 100'000;   ///< the most frequent ones
  std::uint64_t seed = 1;
};

/// Gathers passages and fits a space to them: a randomised singular value decomposition (Halko, Martinsson and Tropp,
/// "Finding Structure with Randomness", 2011) of the weighed matrix of passages and terms, of which the right singular
/// vectors are kept. Deterministic. One thread; 5,000 passages take about 2 s.
class lsa_fit {
public:
  explicit lsa_fit(lsa_options options = {}) : options_(options) {}
  /// Empty lists count as passages without a place.
  void add(const term_list& terms);
  [[nodiscard]] std::size_t passages() const { return starts_.size() - 1; }
  /// `invalid_argument` when fewer than 6 passages hold a term: there is no space yet. `cancelled` soon after `stop`
  /// became true.
  [[nodiscard]] expected<lsa_space> fit(const std::atomic<bool>* stop = nullptr) const;

private:
  struct entry {
    term_number term;
    std::uint32_t count;
  };
  [[nodiscard]] std::vector<std::size_t> sample() const;
  [[nodiscard]] std::vector<std::uint32_t> frequencies(const std::vector<std::size_t>& rows) const;
  [[nodiscard]] std::vector<term_number> columns(const std::vector<std::uint32_t>& df) const;
  void add_row(std::size_t passage, const std::vector<std::uint32_t>& column, const std::vector<float>& idf,
               std::vector<sparse_rows::value>& to) const;

  lsa_options options_;
  term_dictionary dictionary_;
  std::vector<entry> entries_; ///< of all passages
  std::vector<std::size_t> starts_{0};
  std::vector<term_number> numbers_; ///< scratch
};

/// A model over a fitted space. One thread at a time; the space is shared.
std::unique_ptr<embedding_model> make_lsa_model(std::shared_ptr<const lsa_space> space);

} // namespace troupe
