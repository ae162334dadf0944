#pragma once
/// A research: what was asked, where it stands, and the report it ends in.

#include <cstdint>
#include <string>
#include <vector>

#include "protocols/error.hpp"
#include "protocols/ids.hpp"
#include "protocols/time.hpp"

namespace troupe {

enum class research_status : std::uint8_t { queued, running, done, partial, failed, cancelled };
enum class priority_class : std::uint8_t { interactive, standard, batch, background };
/// What the ledger row asks for: a cited report, or only that sources be read into a collection (`troupe ingest`).
enum class research_kind : std::uint8_t { research, ingest };
/// Where a running research is. `gather` covers fetching and indexing.
enum class research_phase : std::uint8_t { queued, plan, gather, read, answer, write, verify, ended };

const char* to_string(research_status x) noexcept;
const char* to_string(priority_class x) noexcept;
const char* to_string(research_kind x) noexcept;
const char* to_string(research_phase x) noexcept;
bool from_string(const std::string& s, research_status& x) noexcept;
bool from_string(const std::string& s, priority_class& x) noexcept;
bool from_string(const std::string& s, research_kind& x) noexcept;
bool from_string(const std::string& s, research_phase& x) noexcept;
/// Done, partial, failed and cancelled are final.
constexpr bool is_final(research_status x) noexcept { return x >= research_status::done; }

/// The body of `POST /research` after validation, defaults filled in.
struct research_request {
  research_kind kind = research_kind::research;
  std::string question;
  std::vector<std::string> urls;
  std::vector<std::string> paths;
  std::vector<std::string> sources;         ///< names of configured search sources
  std::vector<collection_name> collections; ///< research: read beside its own evidence; ingest: written to
  std::uint32_t depth = 2;
  std::uint32_t max_pages = 50; ///< bounds pages fetched over HTTP; local paths are bounded by bytes and time
  std::uint32_t timeout_s = 120;
  priority_class priority = priority_class::standard;
  std::string report;     ///< wanted form of the report, empty for the default
  timestamp not_before{}; ///< not to be started earlier; the epoch for at once

  bool operator==(const research_request&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, research_request& x) {
    return f(caf::meta::type_name("research_request"), x.kind, x.question, x.urls, x.paths, x.sources, x.collections,
             x.depth, x.max_pages, x.timeout_s, x.priority, x.report, x.not_before);
  }
};

/// What whoever accepted a research let it read beyond the rules of the node that runs it; kept with its ledger row, so
/// that it holds for whoever resumes it. No part of a request: only a command's own node grants anything, to what it
/// accepts itself.
struct research_grant {
  std::vector<std::string> roots; ///< files and folders that may be read
  bool private_network = false;   ///< pages may be fetched from loopback and private networks

  bool operator==(const research_grant&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, research_grant& x) {
    return f(caf::meta::type_name("research_grant"), x.roots, x.private_network);
  }
};

struct research_progress {
  research_phase phase = research_phase::queued;
  std::uint32_t pages_found = 0;
  std::uint32_t pages_fetched = 0;
  std::uint32_t pages_failed = 0;
  std::uint32_t passages = 0;
  std::uint32_t sources = 0; ///< documents that hold evidence for this research

  bool operator==(const research_progress&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, research_progress& x) {
    return f(caf::meta::type_name("research_progress"), x.phase, x.pages_found, x.pages_fetched, x.pages_failed,
             x.passages, x.sources);
  }
};

/// A ledger row as readers see it. Times are the epoch while unset.
struct research_row {
  research_id id;
  research_request request;
  research_status status = research_status::queued;
  std::uint32_t attempt = 0; ///< claims so far
  node_id node;              ///< lease owner, empty while queued
  lease_epoch epoch;
  timestamp created_at{};
  timestamp started_at{};
  timestamp finished_at{};
  research_progress progress;
  bool cancel_requested = false;
  error failure; ///< `code == errc::none` unless status is failed
  research_grant granted;
  std::uint32_t crashes = 0; ///< attempts in a row that ended with their process and had got nowhere

  bool operator==(const research_row&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, research_row& x) {
    return f(caf::meta::type_name("research_row"), x.id, x.request, x.status, x.attempt, x.node, x.epoch, x.created_at,
             x.started_at, x.finished_at, x.progress, x.cancel_requested, x.failure, x.granted, x.crashes);
  }
};

/// A place in a snapshot, quoted. `verified` says that the snapshot's bytes `[start, end)` are `quote`.
struct citation {
  std::uint32_t n = 0;      ///< from 1, in order of first use
  std::uint32_t source = 0; ///< `report_source::n`
  document_id document;
  std::string quote;
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  bool verified = false;
  std::uint32_t page = 0; ///< that the quote begins on, from 1; 0 where there are no pages

  bool operator==(const citation&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, citation& x) {
    return f(caf::meta::type_name("citation"), x.n, x.source, x.document, x.quote, x.start, x.end, x.verified, x.page);
  }
};

/// One statement of a report and the citations (`citation::n`) it rests on.
struct claim {
  std::string text;
  std::vector<std::uint32_t> citations;

  bool operator==(const claim&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, claim& x) {
    return f(caf::meta::type_name("claim"), x.text, x.citations);
  }
};

/// A document the report cites.
struct report_source {
  std::uint32_t n = 0; ///< from 1
  std::string url;
  std::string title;
  timestamp fetched_at{};
  document_id document; ///< its `sha256`

  bool operator==(const report_source&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, report_source& x) {
    return f(caf::meta::type_name("report_source"), x.n, x.url, x.title, x.fetched_at, x.document);
  }
};

/// What the report rests on: pages and passages considered, questions answered, share of the index that answered.
struct report_coverage {
  std::uint32_t pages = 0;
  std::uint32_t passages = 0;
  std::uint32_t questions = 0;
  std::uint32_t questions_answered = 0;
  double shards_answered = 1.0;

  bool operator==(const report_coverage&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, report_coverage& x) {
    return f(caf::meta::type_name("report_coverage"), x.pages, x.passages, x.questions, x.questions_answered,
             x.shards_answered);
  }
};

/// The answer. `markdown` is the whole report; the rest says what each part rests on.
struct report {
  std::string markdown;
  std::vector<claim> claims;
  std::vector<citation> citations;
  std::vector<report_source> sources;
  report_coverage coverage;
  std::string writer; ///< `extractive`, or a model's name

  bool operator==(const report&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, report& x) {
    return f(caf::meta::type_name("report"), x.markdown, x.claims, x.citations, x.sources, x.coverage, x.writer);
  }
};

} // namespace troupe
