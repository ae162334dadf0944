#pragma once
/// The scrape room's door: web pages go to the owner of their host, files to the extractors.
///
/// Takes what `scrape_actor` of protocols/actors/interfaces.hpp says; cast the handle with
/// `caf::actor_cast<scrape_actor>`. Host owners are added beside it, as temporary children `host/<authority>`.

#include <vector>

#include "actors/scrape/scrape_options.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// `ctx.supervisor_handle` must take `add_child` and `find_child`.
caf::actor spawn_scrape(const child_context& ctx, egress_actor egress, std::vector<extractor_actor> extractors,
                        scrape_options options = {});

} // namespace troupe
