#pragma once
/// Reading: passages for each sub-question out of the index, then the snapshots they stand in.

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/research/evidence.hpp"
#include "actors/research/gather.hpp"
#include "actors/research/question.hpp"

namespace troupe {

class retrieval {
public:
  /// `collections` empty: everything that the index holds. `whole`: wait for an index that still fills itself.
  retrieval(const std::vector<std::string>& questions, std::vector<collection_name> collections, bool whole,
            const session_options& options);

  /// Asks for the passages of every question; of an index that may be empty, one query first. `until`: when the answer
  /// is needed.
  void start(session_desk& desk, deadline until);
  void searched(const session_step& step, expected<search_hits> x, session_desk& desk, deadline until);
  void loaded(const session_step& step, expected<document> x);
  [[nodiscard]] bool finished() const noexcept { return searching_ == 0 && loading_ == 0; }

  /// What was found, given away once it is whole.
  [[nodiscard]] std::vector<question_evidence> take_evidence() { return std::exchange(evidence_, {}); }
  [[nodiscard]] std::vector<evidence_page> take_pages() { return std::exchange(pages_, {}); }
  /// Ids of the documents that were loaded.
  [[nodiscard]] const std::set<document_id>& read_documents() const noexcept { return read_documents_; }
  [[nodiscard]] std::uint32_t passages() const noexcept { return passages_; } ///< different ones, over all questions
  [[nodiscard]] double coverage() const noexcept { return coverage_; }
  /// How many documents were searched.
  [[nodiscard]] std::uint64_t documents() const noexcept { return documents_; }
  /// Why no question could be asked, when none could.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }

private:
  void ask(std::size_t question, std::size_t query, session_desk& desk, deadline until);
  void ask_all(session_desk& desk, deadline until);
  [[nodiscard]] bool nothing_there(const expected<search_hits>& x) const;
  void count_passages();
  void drop_older_versions();
  void load(session_desk& desk, deadline until);

  std::vector<question_evidence> evidence_;
  std::vector<std::vector<search_query>> queries_;           ///< by question
  std::vector<std::vector<std::vector<passage_hit>>> lists_; ///< by question, then by query, until all are there
  std::vector<collection_name> collections_;
  bool whole_;
  session_options options_;
  std::vector<evidence_page> wanted_; ///< asked for, without text until it comes
  std::vector<evidence_page> pages_;
  std::set<document_id> read_documents_;
  std::uint32_t passages_ = 0;
  bool first_alone_ = false; ///< the first query was asked before the others, in case there is nothing at all
  std::size_t searching_ = 0;
  std::size_t loading_ = 0;
  std::size_t searched_ = 0;
  double coverage_ = 1.0;
  std::uint64_t documents_ = 0;
  std::optional<error> failure_;
};

} // namespace troupe
