#pragma once
/// What an answer is made of: what retrieval found for each sub-question, and the snapshots it was found in.

#include <string>
#include <vector>

#include "protocols/document.hpp"
#include "protocols/searching.hpp"

namespace troupe {

/// Retrieval's answer to one sub-question, best first.
struct question_evidence {
  std::string question;
  std::vector<passage_hit> hits;
};

/// A snapshot with where it came from.
struct evidence_page {
  document content;
  std::string url;
  std::string title;
  timestamp fetched_at{};
};

/// One list out of several for the same question, by reciprocal rank (Cormack, Clarke and Büttcher 2009); earlier lists
/// count more. At most `most` hits.
std::vector<passage_hit> fuse_hits(std::vector<std::vector<passage_hit>> lists, std::size_t most);

} // namespace troupe
