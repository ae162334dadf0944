#pragma once
/// What is asked of the ledger and of the event log (DESIGN section 5). Writes go to the one writer and are applied in
/// groups; reads go to any reader.

#include <cstdint>
#include <string>
#include <vector>

#include "protocols/error.hpp"
#include "protocols/event.hpp"
#include "protocols/ids.hpp"
#include "protocols/research.hpp"
#include "protocols/time.hpp"

namespace troupe {

// -- writes ---------------------------------------------------------------------------------------------------------

/// Gateway → writer. Ledger row and `research.queued` in one transaction. Answer: `accepted_research`;
/// `overloaded` when the ledger is full, `idempotency_mismatch` when the key was used with another body; with
/// `known_only` (a node that stops) `not_found` unless the key has earned an answer already.
struct accept_research {
  research_id id; ///< made by the gateway
  research_request request;
  std::string idempotency_key; ///< empty: none
  std::string request_digest;  ///< SHA-256 of the body, compared when the key comes again
  timestamp at{};
  deadline until;
  research_grant granted{};
  bool known_only = false;
  bool operator==(const accept_research&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, accept_research& x) {
    return f(caf::meta::type_name("accept_research"), x.id, x.request, x.idempotency_key, x.request_digest, x.at,
             x.until, x.granted, x.known_only);
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

/// Admission → writer: up to `slots` queued or expired researches; the priority classes take 40/30/20/10 of them (the
/// share of one that has none goes to the others), each by age. Raises each epoch and attempt; expired ones with cancel
/// requested are ended with `research.cancelled` instead of being handed out, those whose last attempts crashed without
/// getting anywhere with `research.failed` and a dead letter (docs/decisions/0007). `accepted_since`: older ones are
/// left to others.
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
  bool crashed = false; ///< with `release`: its session ended of itself, without finishing
  bool operator==(const held_lease&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, held_lease& x) {
    return f(caf::meta::type_name("held_lease"), x.research, x.epoch, x.crashed);
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

/// Events with seq > `after`, in order. Bounded by `limit` and by `max_bytes` of data, at least one if there is one.
struct read_events {
  research_id research;
  event_seq after;
  std::uint32_t limit = 500;
  deadline until;
  std::uint32_t max_bytes = 1u << 20;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, read_events& x) {
    return f(caf::meta::type_name("read_events"), x.research, x.after, x.limit, x.until, x.max_bytes);
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

// -- dead letters ---------------------------------------------------------------------------------------------------

/// Work that was given up after repeated crashes or lost leases: one page of a research, or a research as a whole.
struct dead_letter {
  std::string id;    ///< `d_` and a ULID
  std::string queue; ///< where it was given up: `extract`, `extract_heavy`, `embed`, `research`
  research_id research;
  std::string subject; ///< the page's address; empty for a whole research
  std::uint32_t attempts = 0;
  error why;
  timestamp at{};
  bool operator==(const dead_letter&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, dead_letter& x) {
    return f(caf::meta::type_name("dead_letter"), x.id, x.queue, x.research, x.subject, x.attempts, x.why, x.at);
  }
};

/// Newest first. `after`: id of the last one seen.
struct list_dead_letters {
  std::string after;
  std::uint32_t limit = 50;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, list_dead_letters& x) {
    return f(caf::meta::type_name("list_dead_letters"), x.after, x.limit, x.until);
  }
};

struct dead_letter_list {
  std::vector<dead_letter> items;
  std::string next; ///< `after` of the next page; empty at the end
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, dead_letter_list& x) {
    return f(caf::meta::type_name("dead_letter_list"), x.items, x.next);
  }
};

/// Gateway → writer: takes a dead letter away. With `requeue` its work is accepted again, as the new research `as`: a
/// whole research as it was asked, a page as an ingest of that page into the collections it was meant for.
/// `not_found`; `overloaded` when the ledger is full.
struct settle_dead_letter {
  std::string id;
  bool requeue = false;
  research_id as; ///< made by the gateway; with `requeue`
  timestamp at{};
  deadline until;
  bool operator==(const settle_dead_letter&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, settle_dead_letter& x) {
    return f(caf::meta::type_name("settle_dead_letter"), x.id, x.requeue, x.as, x.at, x.until);
  }
};

struct settled_dead_letter {
  dead_letter letter;
  std::vector<research_row> accepted; ///< the new research, when it was requeued
  bool operator==(const settled_dead_letter&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, settled_dead_letter& x) {
    return f(caf::meta::type_name("settled_dead_letter"), x.letter, x.accepted);
  }
};

// -- the event log's wake-ups -----------------------------------------------------------------------------------------

/// Writer → event log: after a commit. Event log → subscribers: the same.
struct events_committed {
  research_id research;
  event_seq last;
  bool final = false;
  bool cancel = false; ///< somebody asked to cancel it while it runs
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, events_committed& x) {
    return f(caf::meta::type_name("events_committed"), x.research, x.last, x.final, x.cancel);
  }
};

} // namespace troupe
