#pragma once
/// The supervision tree drawn with box characters.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/terminal.hpp"
#include "protocols/tree.hpp"

namespace troupe::cli {

/// The actors in the server's answer to `GET /tree`, parents before children.
std::vector<actor_info> tree_actors(const json_view& answer);

/// The tree by index: children of each actor, those without a parent under `no_parent`.
constexpr auto no_parent = static_cast<std::size_t>(-1);
using tree_children = std::map<std::size_t, std::vector<std::size_t>>;
/// Names may hold slashes, so the parent is the longest path above that exists.
tree_children link_up(const std::vector<actor_info>& actors);
/// The escape sequence that begins this state's colour.
const char* colour_of(actor_state x);

/// One line an actor, each ending in LF. `now` dates up times. Actors whose parent is missing stand at the top.
std::string draw_tree(const std::vector<actor_info>& actors, timestamp now, const terminal& where);

} // namespace troupe::cli
