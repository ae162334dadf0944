#pragma once
/// The event vocabulary: everything a research says about itself, in order (DESIGN section 9). One struct a type; their
/// JSON is in `protocols/json/event_json.hpp`, their fields are documented in `docs/protocol.md`.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocols/error.hpp"
#include "protocols/ids.hpp"
#include "protocols/research.hpp"
#include "protocols/time.hpp"

namespace troupe {

namespace events {

/// `research.queued`: accepted and durable. Always seq 1.
struct research_queued {
  std::string question;
  priority_class priority = priority_class::standard;
  bool operator==(const research_queued&) const = default;
};
/// `research.started`: claimed for the first time.
struct research_started {
  std::uint32_t attempt = 0;
  node_id node;
  bool operator==(const research_started&) const = default;
};
/// `research.resumed`: claimed again after its node died or handed it back; `after` is the last seq it found.
struct research_resumed {
  std::uint32_t attempt = 0;
  node_id node;
  event_seq after;
  bool operator==(const research_resumed&) const = default;
};
/// `plan.ready`: the sub-questions, in the order in which the report answers them.
struct plan_ready {
  std::vector<std::string> questions;
  bool operator==(const plan_ready&) const = default;
};
/// `source.found`: a place to read from was resolved. `kind`: url, path, collection. `known` of its `pages` need no
/// fetch.
struct source_found {
  std::string kind;
  std::string location;
  std::uint32_t pages = 0;
  std::uint32_t known = 0;
  bool operator==(const source_found&) const = default;
};
/// `page.fetched`: read and durable. `from`: web, file, known (fresh snapshot reused). `access`: `excerpt` when the
/// page shows only the free part of its text, otherwise empty and not in the JSON.
struct page_fetched {
  std::string url;
  std::string title;
  document_id document;
  std::uint64_t bytes = 0;
  std::uint32_t passages = 0;
  std::uint32_t depth = 0;
  std::uint32_t ms = 0;
  std::string from;
  std::string access{};
  bool operator==(const page_fetched&) const = default;
};
/// `page.skipped`: not read, and that is no failure. `reason`: robots_disallowed, duplicate, unsupported_media,
/// content_empty, out_of_scope, unreadable, more.
struct page_skipped {
  std::string url;
  std::string reason;
  std::string detail;
  bool operator==(const page_skipped&) const = default;
};
/// `page.failed`: could not be read. `reason` is an error code.
struct page_failed {
  std::string url;
  std::string reason;
  std::string detail;
  std::uint32_t attempts = 1;
  bool operator==(const page_failed&) const = default;
};
/// `passages.indexed`: searchable from here on; totals of this research so far.
struct passages_indexed {
  std::uint32_t documents = 0;
  std::uint32_t passages = 0;
  bool operator==(const passages_indexed&) const = default;
};
/// `question.answered`: retrieval for sub-question `index` (from 0) ended; `claims` were found among `passages`.
struct question_answered {
  std::uint32_t index = 0;
  std::string question;
  std::uint32_t passages = 0;
  std::uint32_t claims = 0;
  bool operator==(const question_answered&) const = default;
};
/// `progress`: counts so far, at most five a second.
struct progress_made {
  research_progress progress;
  bool operator==(const progress_made&) const = default;
};
/// `citation.verified`: the quote stands verbatim in the snapshot at `[start, end)`.
struct citation_verified {
  citation cited;
  bool operator==(const citation_verified&) const = default;
};
/// `citation.rejected`: it does not, and will not be in the report.
struct citation_rejected {
  document_id document;
  std::string quote;
  std::string reason;
  bool operator==(const citation_rejected&) const = default;
};
/// `report.delta`: text of the report from byte `offset`; a higher attempt replaces what a lower one wrote from there.
struct report_delta {
  std::uint32_t attempt = 0;
  std::uint64_t offset = 0;
  std::string text;
  bool operator==(const report_delta&) const = default;
};
/// `report.ready`: the report can be read.
struct report_ready {
  std::uint32_t claims = 0;
  std::uint32_t citations = 0;
  std::uint32_t sources = 0;
  std::uint64_t bytes = 0;
  std::string writer;
  bool operator==(const report_ready&) const = default;
};
/// `research.done`: ended with an answer. Final.
struct research_done {
  std::uint64_t elapsed_ms = 0;
  bool operator==(const research_done&) const = default;
};
/// `research.partial`: ended with what there was. `reason`: deadline, no_evidence, budget, source_lost. Final.
struct research_partial {
  std::uint64_t elapsed_ms = 0;
  std::string reason;
  std::string detail;
  bool operator==(const research_partial&) const = default;
};
/// `research.failed`: ended without a report. Final.
struct research_failed {
  error failure;
  bool operator==(const research_failed&) const = default;
};
/// `research.cancelled`: somebody asked. Final.
struct research_cancelled {
  std::uint64_t elapsed_ms = 0;
  bool operator==(const research_cancelled&) const = default;
};

} // namespace events

/// In the order of DESIGN section 9; the index is the type.
using event_data =
  std::variant<events::research_queued, events::research_started, events::research_resumed, events::plan_ready,
               events::source_found, events::page_fetched, events::page_skipped, events::page_failed,
               events::passages_indexed, events::question_answered, events::progress_made, events::citation_verified,
               events::citation_rejected, events::report_delta, events::report_ready, events::research_done,
               events::research_partial, events::research_failed, events::research_cancelled>;

/// The wire name of an event: `"page.fetched"`.
const char* type_name(const event_data& x) noexcept;
/// Whether the log ends with it.
bool is_final(const event_data& x) noexcept;
/// Whether the log ends with an event of this wire name.
bool is_final_event(const std::string& type) noexcept;

/// An event as logged: `data` is the JSON object of its fields.
struct event_record {
  research_id research;
  event_seq seq;
  timestamp at{};
  std::string type;
  std::string data;

  bool operator==(const event_record&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, event_record& x) {
    return f(caf::meta::type_name("event_record"), x.research, x.seq, x.at, x.type, x.data);
  }
};

/// An event not yet numbered; the store gives it its seq and keeps `at`.
struct new_event {
  timestamp at{};
  std::string type;
  std::string data;

  bool operator==(const new_event&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, new_event& x) {
    return f(caf::meta::type_name("new_event"), x.at, x.type, x.data);
  }
};

} // namespace troupe
