#pragma once
/// Registration of every message type (STYLE: unregistered messages don't compile). Append only.

#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include "protocols/document.hpp"
#include "protocols/error.hpp"
#include "protocols/event.hpp"
#include "protocols/fetching.hpp"
#include "protocols/ids.hpp"
#include "protocols/research.hpp"
#include "protocols/searching.hpp"
#include "protocols/storing.hpp"
#include "protocols/tree.hpp"
#include "protocols/working.hpp"

namespace troupe {

/// Subscriber → event log: an empty id means every research.
struct subscribe_events {
  research_id research;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, subscribe_events& x) {
    return f(caf::meta::type_name("subscribe_events"), x.research);
  }
};

struct unsubscribe_events {
  research_id research;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, unsubscribe_events& x) {
    return f(caf::meta::type_name("unsubscribe_events"), x.research);
  }
};

/// Who wants to be woken when a log grows: bridge subscriptions, admission (any new `research.queued`). Here rather
/// than with the other interfaces because it travels in messages.
using event_subscriber_actor = caf::typed_actor<caf::reacts_to<events_committed>>;

/// Who offers work to a pool: sessions, host owners. Travels with `offer_work`.
using work_source_actor = caf::typed_actor<caf::reacts_to<grant_work>>;

} // namespace troupe

CAF_BEGIN_TYPE_ID_BLOCK(troupe, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(troupe, (troupe::error))
CAF_ADD_TYPE_ID(troupe, (troupe::accept_research))
CAF_ADD_TYPE_ID(troupe, (troupe::accepted_research))
CAF_ADD_TYPE_ID(troupe, (troupe::claim_research))
CAF_ADD_TYPE_ID(troupe, (troupe::claimed_research))
CAF_ADD_TYPE_ID(troupe, (troupe::renew_leases))
CAF_ADD_TYPE_ID(troupe, (troupe::lease_report))
CAF_ADD_TYPE_ID(troupe, (troupe::commit_research))
CAF_ADD_TYPE_ID(troupe, (troupe::commit_ack))
CAF_ADD_TYPE_ID(troupe, (troupe::cancel_research))
CAF_ADD_TYPE_ID(troupe, (troupe::research_row))
CAF_ADD_TYPE_ID(troupe, (troupe::get_research))
CAF_ADD_TYPE_ID(troupe, (troupe::list_research))
CAF_ADD_TYPE_ID(troupe, (troupe::research_list))
CAF_ADD_TYPE_ID(troupe, (troupe::read_events))
CAF_ADD_TYPE_ID(troupe, (troupe::event_page))
CAF_ADD_TYPE_ID(troupe, (troupe::get_report))
CAF_ADD_TYPE_ID(troupe, (troupe::report))
CAF_ADD_TYPE_ID(troupe, (troupe::get_document))
CAF_ADD_TYPE_ID(troupe, (troupe::document))
CAF_ADD_TYPE_ID(troupe, (troupe::find_fetches))
CAF_ADD_TYPE_ID(troupe, (troupe::fetch_list))
CAF_ADD_TYPE_ID(troupe, (troupe::load_index))
CAF_ADD_TYPE_ID(troupe, (troupe::index_page))
CAF_ADD_TYPE_ID(troupe, (troupe::get_store_figures))
CAF_ADD_TYPE_ID(troupe, (troupe::store_figures))
CAF_ADD_TYPE_ID(troupe, (troupe::events_committed))
CAF_ADD_TYPE_ID(troupe, (troupe::subscribe_events))
CAF_ADD_TYPE_ID(troupe, (troupe::unsubscribe_events))
CAF_ADD_TYPE_ID(troupe, (troupe::http_fetch))
CAF_ADD_TYPE_ID(troupe, (troupe::http_response))
CAF_ADD_TYPE_ID(troupe, (troupe::abort_fetches))
CAF_ADD_TYPE_ID(troupe, (troupe::fetch_page))
CAF_ADD_TYPE_ID(troupe, (troupe::page_read))
CAF_ADD_TYPE_ID(troupe, (troupe::extract_page))
CAF_ADD_TYPE_ID(troupe, (troupe::extracted_page))
CAF_ADD_TYPE_ID(troupe, (troupe::list_files))
CAF_ADD_TYPE_ID(troupe, (troupe::file_list))
CAF_ADD_TYPE_ID(troupe, (troupe::embed_document))
CAF_ADD_TYPE_ID(troupe, (troupe::embedded_document))
CAF_ADD_TYPE_ID(troupe, (troupe::embed_query))
CAF_ADD_TYPE_ID(troupe, (troupe::embedding))
CAF_ADD_TYPE_ID(troupe, (troupe::index_documents))
CAF_ADD_TYPE_ID(troupe, (troupe::index_ack))
CAF_ADD_TYPE_ID(troupe, (troupe::search_passages))
CAF_ADD_TYPE_ID(troupe, (troupe::search_hits))
CAF_ADD_TYPE_ID(troupe, (troupe::get_tree))
CAF_ADD_TYPE_ID(troupe, (troupe::tree_snapshot))
CAF_ADD_TYPE_ID(troupe, (troupe::restart_child))
CAF_ADD_TYPE_ID(troupe, (troupe::actor_info))
CAF_ADD_TYPE_ID(troupe, (troupe::stop_tree))
CAF_ADD_TYPE_ID(troupe, (troupe::event_subscriber_actor))
CAF_ADD_TYPE_ID(troupe, (troupe::list_dead_letters))
CAF_ADD_TYPE_ID(troupe, (troupe::dead_letter_list))
CAF_ADD_TYPE_ID(troupe, (troupe::settle_dead_letter))
CAF_ADD_TYPE_ID(troupe, (troupe::settled_dead_letter))
CAF_ADD_TYPE_ID(troupe, (troupe::offer_work))
CAF_ADD_TYPE_ID(troupe, (troupe::grant_work))
CAF_ADD_TYPE_ID(troupe, (troupe::work_source_actor))
CAF_ADD_TYPE_ID(troupe, (troupe::find_page))
CAF_ADD_TYPE_ID(troupe, (troupe::page_standing))

CAF_END_TYPE_ID_BLOCK(troupe)
