#pragma once
/// What is asked of the store (DESIGN sections 5 and 6). Writes go to the one writer and are applied in groups; reads
/// go to any reader. Every write of a session carries its lease epoch and is refused with `errc::fenced` when that is
/// stale.

#include <cstdint>
#include <string>
#include <vector>

#include "protocols/document.hpp"
#include "protocols/error.hpp"
#include "protocols/event.hpp"
#include "protocols/ids.hpp"
#include "protocols/research.hpp"
#include "protocols/time.hpp"

namespace troupe {

// -- writes ---------------------------------------------------------------------------------------------------------

/// Gateway → writer. Ledger row and `research.queued` in one transaction. Answer: `accepted_research`;
/// `overloaded` when the ledger is full, `idempotency_mismatch` when the key was used with another body.
struct accept_research {
  research_id id; ///< made by the gateway
  research_request request;
  std::string idempotency_key; ///< empty: none
  std::string request_digest;  ///< SHA-256 of the body, compared when the key comes again
  timestamp at{};
  deadline until;
  research_grant granted{};
  bool operator==(const accept_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, accept_research& x) {
    return f(caf::meta::type_name("accept_research"), x.id, x.request, x.idempotency_key, x.request_digest, x.at,
             x.until, x.granted);
  }
};

/// `existing`: the idempotency key was seen before and this is that research.
struct accepted_research {
  research_row row;
  bool existing = false;
  bool operator==(const accepted_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, accepted_research& x) {
    return f(caf::meta::type_name("accepted_research"), x.row, x.existing);
  }
};

/// Admission → writer: up to `slots` queued or expired researches, by priority then age. Raises each epoch and
/// attempt; expired ones with cancel requested are ended with `research.cancelled` instead of being handed out.
/// `accepted_since`: older ones are left to others.
struct claim_research {
  node_id node;
  std::uint32_t slots = 0;
  std::chrono::milliseconds lease{15000};
  timestamp at{};
  deadline until;
  timestamp accepted_since{};
  bool operator==(const claim_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, claim_research& x) {
    return f(caf::meta::type_name("claim_research"), x.node, x.slots, x.lease, x.at, x.until, x.accepted_since);
  }
};

struct claimed_research {
  std::vector<research_row> rows;
  std::uint32_t backlog = 0; ///< still queued after this claim
  bool operator==(const claimed_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, claimed_research& x) {
    return f(caf::meta::type_name("claimed_research"), x.rows, x.backlog);
  }
};

/// A lease, named for renewal or return.
struct held_lease {
  research_id research;
  lease_epoch epoch;
  bool operator==(const held_lease&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, held_lease& x) {
    return f(caf::meta::type_name("held_lease"), x.research, x.epoch);
  }
};

/// Admission → writer: extend all of a node's leases at once; with `release` they go back to the queue instead (drain).
struct renew_leases {
  node_id node;
  std::vector<held_lease> leases;
  std::chrono::milliseconds lease{15000};
  bool release = false;
  timestamp at{};
  deadline until;
  bool operator==(const renew_leases&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, renew_leases& x) {
    return f(caf::meta::type_name("renew_leases"), x.node, x.leases, x.lease, x.release, x.at, x.until);
  }
};

/// `lost`: no longer ours. `cancelled`: somebody asked to cancel these; the session must end them.
struct lease_report {
  std::vector<research_id> lost;
  std::vector<research_id> cancelled;
  bool operator==(const lease_report&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, lease_report& x) {
    return f(caf::meta::type_name("lease_report"), x.lost, x.cancelled);
  }
};

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
  bool operator==(const commit_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, commit_research& x) {
    return f(caf::meta::type_name("commit_research"), x.research, x.epoch, x.pages, x.known, x.collections, x.events,
             x.progress, x.status, x.failure, x.final_report, x.until);
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

/// Gateway → writer. Queued: ended at once. Running: `cancel_requested` is set. Ended: nothing changes.
/// Answer: the row after it.
struct cancel_research {
  research_id research;
  timestamp at{};
  deadline until;
  bool operator==(const cancel_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, cancel_research& x) {
    return f(caf::meta::type_name("cancel_research"), x.research, x.at, x.until);
  }
};

// -- reads ----------------------------------------------------------------------------------------------------------

/// Answer: `research_row`, or `not_found`.
struct get_research {
  research_id research;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, get_research& x) {
    return f(caf::meta::type_name("get_research"), x.research, x.until);
  }
};

/// Newest first. `status`: empty for all. `after`: id of the last row seen.
struct list_research {
  std::string status;
  std::string after;
  std::uint32_t limit = 50;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, list_research& x) {
    return f(caf::meta::type_name("list_research"), x.status, x.after, x.limit, x.until);
  }
};

struct research_list {
  std::vector<research_row> items;
  std::string next; ///< `after` of the next page; empty at the end
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, research_list& x) {
    return f(caf::meta::type_name("research_list"), x.items, x.next);
  }
};

/// Events with seq > `after`, in order. Bounded by `limit` and by 1 MiB of data, at least one if there is one.
struct read_events {
  research_id research;
  event_seq after;
  std::uint32_t limit = 500;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, read_events& x) {
    return f(caf::meta::type_name("read_events"), x.research, x.after, x.limit, x.until);
  }
};

/// `last`: highest seq of the page (`after` when it is empty). `final`: the page ends with the log's final event, or
/// nothing follows `after` in a log that has ended.
struct event_page {
  std::vector<event_record> events;
  event_seq last;
  bool final = false;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, event_page& x) {
    return f(caf::meta::type_name("event_page"), x.events, x.last, x.final);
  }
};

/// Answer: `report`; `not_found` without such a research, `conflict` while it has no report yet.
struct get_report {
  research_id research;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, get_report& x) {
    return f(caf::meta::type_name("get_report"), x.research, x.until);
  }
};

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
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, load_index& x) {
    return f(caf::meta::type_name("load_index"), x.after_row, x.limit, x.until);
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
  std::uint64_t queued = 0;
  std::uint64_t running = 0;
  std::uint64_t documents = 0;
  std::uint64_t passages = 0;
  std::vector<std::pair<std::string, std::uint64_t>> collections; ///< name and documents, named collections only
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, store_figures& x) {
    return f(caf::meta::type_name("store_figures"), x.queued, x.running, x.documents, x.passages, x.collections);
  }
};

// -- the event log's wake-ups -----------------------------------------------------------------------------------------

/// Writer → event log: after a commit. Event log → subscribers: the same.
struct events_committed {
  research_id research;
  event_seq last;
  bool final = false;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, events_committed& x) {
    return f(caf::meta::type_name("events_committed"), x.research, x.last, x.final);
  }
};

} // namespace troupe
