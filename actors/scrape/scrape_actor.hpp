#pragma once
/// The scrape room's door: web pages go to the owner of their host, files to the extractors.
///
/// Takes what `scrape_actor` of protocols/actors/interfaces.hpp says; cast the handle with
/// `caf::actor_cast<scrape_actor>`. Host owners are added beside it, as temporary children `host/<authority>`.

#include <memory>
#include <vector>

#include "actors/flow/pool_counters.hpp"
#include "actors/scrape/scrape_options.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// Whom the router works with, by their doors.
struct scrape_parts {
  egress_actor egress;
  std::vector<extractor_actor> extractors;
  std::vector<extractor_actor> heavy; ///< for large documents; with none everything goes to `extractors`
  std::shared_ptr<pool_counters> fetched = std::make_shared<pool_counters>("fetch");
  std::shared_ptr<pool_counters> extracted = std::make_shared<pool_counters>("extract");
  std::shared_ptr<pool_counters> extracted_heavy = std::make_shared<pool_counters>("extract_heavy");
};

/// `ctx.supervisor_handle` must take `add_child` and `find_child`.
caf::actor spawn_scrape(const child_context& ctx, scrape_parts parts, scrape_options options = {});

} // namespace troupe
