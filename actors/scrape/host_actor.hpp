#pragma once
/// The one owner of a host: every page of it goes through here, politely (`host_policy`).
///
/// Takes `follow_page` → `page_read`, `find_page`, `grant_work` and `abort_fetches`. Ends itself when it had nothing to
/// do for a while.

#include <string>

#include "actors/scrape/scrape_actor.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// Router → host owner: read this page. Local only.
struct follow_page {
  fetch_page page;
  std::string asked;      ///< the address the session knows it by; differs from `page.url` after a redirect
  std::uint32_t hops = 0; ///< redirects so far
  caf::actor router;      ///< takes `extract_page`, and `follow_page` for what redirects to other hosts
};

/// `private_host`: the address is known to be none of the public internet.
caf::actor spawn_host(const child_context& ctx, const std::string& authority, bool private_host,
                      const scrape_parts& parts, scrape_options options);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::follow_page)
