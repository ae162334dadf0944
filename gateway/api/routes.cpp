#include "gateway/api/services.hpp"

namespace troupe::gateway {

router make_routes(const services_ptr& s) {
  router all;
  add_health_routes(all, s);
  add_research_routes(all, s);
  add_report_routes(all, s);
  add_event_routes(all, s);
  add_search_routes(all, s);
  add_document_routes(all, s);
  add_tree_routes(all, s);
  add_dead_letter_routes(all, s);
  add_node_routes(all, s);
  add_console_routes(all, s);
  return all;
}

} // namespace troupe::gateway
