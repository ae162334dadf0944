#pragma once
/// The supervision tree drawn with box characters.

#include <string>
#include <vector>

#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/terminal.hpp"
#include "protocols/tree.hpp"

namespace troupe::cli {

/// The actors in the server's answer to `GET /tree`, parents before children.
std::vector<actor_info> tree_actors(const json_view& answer);

/// One line an actor, each ending in LF. `now` dates up times. Actors whose parent is missing stand at the top.
std::string draw_tree(const std::vector<actor_info>& actors, timestamp now, const terminal& where);

} // namespace troupe::cli
