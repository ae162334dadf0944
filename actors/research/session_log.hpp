#pragma once
/// A session's memory: its event log, folded. What the log says is done is not done again (DESIGN section 5).

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocols/event.hpp"

namespace troupe {

/// How a page ended.
struct page_outcome {
  enum class kind : std::uint8_t { fetched, skipped, failed };
  kind ended = kind::fetched;
  document_id document; ///< with `fetched`
  std::uint32_t depth = 0;
  std::uint64_t bytes = 0;
  std::string reason; ///< with `skipped` and `failed`
  std::string detail;
};

/// The fold of a research's events, from seq 1 on.
struct session_log {
  event_seq last;
  bool started = false;
  bool ended = false; ///< the final event is in the log
  bool report_ready = false;
  std::vector<std::string> questions; ///< of `plan.ready`
  bool planned = false;
  std::set<std::pair<std::string, std::string>> sources; ///< kind and location of each `source.found`
  std::map<std::string, page_outcome> pages;             ///< by url
  std::uint32_t fetched = 0;
  std::uint32_t failed = 0;
  std::uint32_t passages = 0;       ///< of the pages fetched
  events::passages_indexed indexed; ///< the newest
  research_progress progress;       ///< as it was last said
  std::set<std::uint32_t> answered; ///< sub-questions
  std::set<std::string> verified;   ///< `citation_key` of each `citation.verified`
  std::set<std::string> rejected;   ///< of each `citation.rejected`
  std::string report_text;          ///< as its deltas build it

  /// Takes in one event; events come in order. Unknown types are passed over (a newer version wrote them).
  void add(const event_record& x);
  /// Takes in one event that was just logged.
  void add(const event_data& x);
};

/// What makes two citations the same place.
std::string citation_key(const document_id& document, std::uint32_t start, std::uint32_t end);

} // namespace troupe
