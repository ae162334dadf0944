#pragma once
/// Retrieval measured on judged collections: `troupe eval run`.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "actors/index/fusion.hpp"
#include "actors/index/variety.hpp"
#include "protocols/error.hpp"
#include "protocols/searching.hpp"

namespace troupe {

/// A corpus and its queries in BEIR's layout: JSON lines with `_id`, `title` (corpus only) and `text`.
struct eval_options {
  std::filesystem::path corpus;
  std::filesystem::path queries;
  std::filesystem::path out; ///< TREC run: `query Q0 document rank score troupe`
  search_mode mode = search_mode::hybrid;
  std::size_t k = 100; ///< 1 to 1,000 documents a query
};

struct eval_summary {
  std::size_t documents = 0;
  std::size_t queries = 0;
  std::size_t lines = 0;    ///< of the run
  double index_seconds = 0; ///< without the fit
  double fit_seconds = 0;
  double search_seconds = 0;
};

/// Indexes each document of the corpus as one passage (title and text, no chunking), runs every query, writes the run.
/// Errors: `unreadable` for files and lines that are not as said (with the line's number), `invalid_argument` for `k`,
/// `storage_failed` when the run can't be written.
expected<eval_summary> run_evaluation(const eval_options& options);

/// One line of such a file.
struct eval_item {
  std::string id;
  std::string title;
  std::string text;
};
expected<std::vector<eval_item>> read_eval_items(const std::filesystem::path& file);

/// One document of a ranking.
struct eval_hit {
  std::string id;
  double score = 0;
};

/// An index over judged documents. For the run above and for the evaluation programs.
class eval_index {
public:
  eval_index();
  ~eval_index();
  eval_index(const eval_index&) = delete;
  eval_index& operator=(const eval_index&) = delete;
  expected<void> add(const eval_item& x);
  /// Fits the latent space to all that was added, once. Without it searches go without that leg.
  expected<void> fit();
  /// `fusion`: null for the shard's own; `varied`: null for an order by score alone.
  expected<std::vector<eval_hit>> search(const std::string& query, search_mode mode, std::size_t k,
                                         const fusion_choice* fusion = nullptr, const variety* varied = nullptr);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
