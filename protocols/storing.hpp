#pragma once
/// What is asked of the store about documents, and the commits of a session (DESIGN sections 5 and 6). Every write of a
/// session carries its lease epoch and is refused with `errc::fenced` when that is stale.

#include <cstdint>
#include <string>
#include <vector>

#include "protocols/document.hpp"
#include "protocols/ledger.hpp"

namespace troupe {

// -- writes ---------------------------------------------------------------------------------------------------------

/// One page to store: its snapshot, how it was fetched, its passages with embeddings.
struct stored_page {
  document content;
  fetch_record fetch;
  embedded_document embedded;
  bool operator==(const stored_page&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, stored_page& x) {
    return f(caf::meta::type_name("stored_page"), x.content, x.fetch, x.embedded);
  }
};

/// Session → writer: everything of one step in one transaction (documents, passages, events, progress, end).
struct commit_research {
  research_id research;
  lease_epoch epoch;
  std::vector<stored_page> pages;
  std::vector<document_id> known;           ///< already stored documents that join `collections`
  std::vector<collection_name> collections; ///< that pages and `known` join; the evidence collection among them
  std::vector<new_event> events;
  research_progress progress;
  research_status status = research_status::running; ///< a final one ends the research and its lease
  error failure;                                     ///< with `failed`
  std::vector<report> final_report;                  ///< none or one
  deadline until;
  std::vector<dead_letter> dead{}; ///< pages that were given up
  bool operator==(const commit_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, commit_research& x) {
    return f(caf::meta::type_name("commit_research"), x.research, x.epoch, x.pages, x.known, x.collections, x.events,
             x.progress, x.status, x.failure, x.final_report, x.until, x.dead);
  }
};

/// A document and a collection it is, or was, a member of.
struct membership {
  document_id document;
  collection_name collection;
  bool operator==(const membership&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, membership& x) {
    return f(caf::meta::type_name("membership"), x.document, x.collection);
  }
};

/// `last`: seq of the newest event of the log after this commit. The rest is what it made of documents stored before:
/// `outdated` are no longer what any address gives, `left` have made room for a newer version in a named collection.
struct commit_ack {
  event_seq last;
  std::vector<document_id> outdated{};
  std::vector<membership> left{};
  bool operator==(const commit_ack&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, commit_ack& x) {
    return f(caf::meta::type_name("commit_ack"), x.last, x.outdated, x.left);
  }
};

// -- reads ----------------------------------------------------------------------------------------------------------

/// Answer: `document` with text and blocks.
struct get_document {
  document_id document;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, get_document& x) {
    return f(caf::meta::type_name("get_document"), x.document, x.until);
  }
};

/// Newest fetch of each address that has one. At most 2,000 addresses a request.
struct find_fetches {
  std::vector<std::string> urls;
  bool with_links = false;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, find_fetches& x) {
    return f(caf::meta::type_name("find_fetches"), x.urls, x.with_links, x.until);
  }
};

struct fetch_list {
  std::vector<fetch_record> items;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, fetch_list& x) {
    return f(caf::meta::type_name("fetch_list"), x.items);
  }
};

/// A document as a shard wants it.
struct indexed_document {
  embedded_document embedded;
  std::string url;
  std::string title;
  std::string language;
  std::string published;
  timestamp fetched_at{};
  std::vector<collection_name> collections;
  bool outdated = false; ///< no address gives it any more: found in its collections only
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, indexed_document& x) {
    return f(caf::meta::type_name("indexed_document"), x.embedded, x.url, x.title, x.language, x.published,
             x.fetched_at, x.collections, x.outdated);
  }
};

/// Shard → reader, to fill itself: documents in storage order after `after_row`, passages with text. Bounded by
/// `limit` documents.
struct load_index {
  std::uint64_t after_row = 0;
  std::uint32_t limit = 200;
  deadline until;
  bool brief = false; ///< without passages and embeddings: whoever asks has them
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, load_index& x) {
    return f(caf::meta::type_name("load_index"), x.after_row, x.limit, x.until, x.brief);
  }
};

struct index_page {
  std::vector<indexed_document> documents;
  std::uint64_t last_row = 0;
  bool done = false;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, index_page& x) {
    return f(caf::meta::type_name("index_page"), x.documents, x.last_row, x.done);
  }
};

/// Figures for health, metrics and the tree.
struct get_store_figures {
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, get_store_figures& x) {
    return f(caf::meta::type_name("get_store_figures"), x.until);
  }
};

struct store_figures {
  std::uint64_t queued = 0; ///< researches that wait for a slot
  std::uint64_t held = 0;   ///< those whose `not_before` has not come
  std::uint64_t running = 0;
  std::uint64_t documents = 0;
  std::uint64_t passages = 0;
  std::vector<std::pair<std::string, std::uint64_t>> collections; ///< name and documents, named collections only
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, store_figures& x) {
    return f(caf::meta::type_name("store_figures"), x.queued, x.held, x.running, x.documents, x.passages,
             x.collections);
  }
};

} // namespace troupe
