#pragma once
/// What the handlers of `api/` work with, and how they put their routes up: one file per resource.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "gateway/bridge_ask.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/router.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/options.hpp"

namespace troupe::gateway {

class tree_feed;

struct services {
  gateway_options options;
  std::shared_ptr<actor_bridge> bridge;
  std::shared_ptr<metrics> figures;
  std::shared_ptr<tree_feed> tree;  ///< for who watches the tree; set before the first request
  std::string address;              ///< `http://127.0.0.1:8000`, once it listens
  std::atomic<bool> closing{false}; ///< this gateway ends, whatever becomes of the node
  std::function<std::pair<std::size_t, std::size_t>()> connections; ///< open ones, streams among them

  /// No new work is taken.
  [[nodiscard]] bool draining() const noexcept { return closing || options.going_down->begun(); }
  [[nodiscard]] deadline until() const { return deadline::in(options.limits.answer); }
};
using services_ptr = std::shared_ptr<services>;

void add_research_routes(router& to, const services_ptr& s);
void add_report_routes(router& to, const services_ptr& s);
void add_event_routes(router& to, const services_ptr& s);
void add_search_routes(router& to, const services_ptr& s);
void add_document_routes(router& to, const services_ptr& s);
void add_tree_routes(router& to, const services_ptr& s);
void add_dead_letter_routes(router& to, const services_ptr& s);
void add_node_routes(router& to, const services_ptr& s);
void add_health_routes(router& to, const services_ptr& s);
void add_console_routes(router& to, const services_ptr& s);

/// All of them.
router make_routes(const services_ptr& s);

inline response problem(const error& why, const request& r) { return problem_response(why, r.id); }

/// `r.body` may be read as JSON: `unsupported_media` unless its media type is application/json (or …+json).
expected<void> check_json(const request& r);
/// Whether `r` asks for a WebSocket; `upgrade_required` is the answer when it should have.
bool is_upgrade(const request& r);
response upgrade_required(const request& r, std::string advice);
/// The id in a path, or `not_found` without asking anybody.
expected<research_id> research_in(const std::string& argument);
/// `202` with `{id, status, links}` and `Location`.
response accepted_response(const accepted_research& x);
/// `draining` when this node takes no new work.
expected<void> check_open(const services& s);
/// Checks `paths` against the allowed roots (lexically and resolved), the store's room, and accepts into the ledger.
net::awaitable<expected<accepted_research>> accept_into_ledger(services& s, const request& r, research_request what,
                                                               std::string_view digest_of);

} // namespace troupe::gateway
