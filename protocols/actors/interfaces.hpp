#pragma once
/// Every typed interface of the engine, one comment a message. Rooms know each other only by these handles.

#include <caf/actor.hpp>
#include <caf/replies_to.hpp>
#include <caf/result.hpp>
#include <caf/typed_actor.hpp>

#include "protocols/actors/type_ids.hpp"

namespace troupe {

using store_writer_actor = caf::typed_actor<
  // a new ledger row and its first event
  caf::replies_to<accept_research>::with<accepted_research>,
  // work for free slots
  caf::replies_to<claim_research>::with<claimed_research>,
  // keep or hand back leases
  caf::replies_to<renew_leases>::with<lease_report>,
  // one step of a session, fenced
  caf::replies_to<commit_research>::with<commit_ack>,
  // stop a research, queued or running
  caf::replies_to<cancel_research>::with<research_row>,
  // requeue or discard what was given up
  caf::replies_to<settle_dead_letter>::with<settled_dead_letter>>;

/// What was asked and what became of it.
using ledger_reader_actor =
  caf::typed_actor<caf::replies_to<get_research>::with<research_row>,
                   caf::replies_to<list_research>::with<research_list>, caf::replies_to<read_events>::with<event_page>,
                   caf::replies_to<get_report>::with<report>,
                   caf::replies_to<list_dead_letters>::with<dead_letter_list>>;

/// What was read.
using library_reader_actor =
  caf::typed_actor<caf::replies_to<get_document>::with<document>, caf::replies_to<find_fetches>::with<fetch_list>,
                   caf::replies_to<load_index>::with<index_page>,
                   caf::replies_to<get_store_figures>::with<store_figures>>;

/// One connection answers both.
using store_reader_actor = ledger_reader_actor::extend_with<library_reader_actor>;

using event_log_actor = caf::typed_actor<
  // from the writer, after each commit
  caf::reacts_to<events_committed>,
  // wake this subscriber for one research; an empty id means for all. Ends with the subscriber or `unsubscribe`
  caf::reacts_to<subscribe_events, event_subscriber_actor>, caf::reacts_to<unsubscribe_events, event_subscriber_actor>>;

using egress_actor = caf::typed_actor<
  // one HTTP request, under the address rules
  caf::replies_to<http_fetch>::with<http_response>,
  // give up transfers by token
  caf::reacts_to<abort_fetches>>;

using scrape_actor = caf::typed_actor<
  // one page or file, politely
  caf::replies_to<fetch_page>::with<page_read>,
  // what a local path holds
  caf::replies_to<list_files>::with<file_list>,
  // a session ended: forget what it waits for
  caf::reacts_to<abort_fetches>,
  // whether a page asked for long ago is still in hand
  caf::replies_to<find_page>::with<page_standing>,
  // pages and files that wait for an extractor
  caf::reacts_to<offer_work, work_source_actor>>;

using extractor_actor =
  caf::typed_actor<caf::replies_to<extract_page>::with<extracted_page>, caf::replies_to<list_files>::with<file_list>>;

using embed_actor = caf::typed_actor<
  // chunk and embed a snapshot
  caf::replies_to<embed_document>::with<embedded_document>,
  // the vector of a query
  caf::replies_to<embed_query>::with<embedding>,
  // snapshots that wait to be embedded
  caf::reacts_to<offer_work, work_source_actor>,
  // drop what was submitted under this source
  caf::reacts_to<abort_fetches>>;

/// A worker of its pool.
using embedder_actor = caf::typed_actor<caf::replies_to<embed_document>::with<embedded_document>,
                                        caf::replies_to<embed_query>::with<embedding>>;

using index_actor = caf::typed_actor<
  // make documents searchable
  caf::replies_to<index_documents>::with<index_ack>,
  // retrieve passages
  caf::replies_to<search_passages>::with<search_hits>>;

} // namespace troupe
