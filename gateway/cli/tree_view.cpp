#include "gateway/cli/tree_view.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "protocols/json/event_json.hpp"

namespace troupe::cli {

namespace {

constexpr unsigned status_column = 28;

actor_state state_named(const std::string& name) {
  for (auto x : {actor_state::starting, actor_state::running, actor_state::backing_off, actor_state::draining,
                 actor_state::stopped, actor_state::failed}) {
    std::string known = to_string(x);
    auto plain = name;
    std::replace(plain.begin(), plain.end(), '_', ' ');
    if (plain == known)
      return x;
  }
  return actor_state::failed;
}

struct drawing {
  const std::vector<actor_info>& actors;
  const tree_children& below;
  timestamp now;
  const terminal& where;
  std::string out{};

  std::string paint(const char* colour, const std::string& text) const {
    return where.colour ? colour + text + "\x1b[0m" : text;
  }

  std::string up_time(const actor_info& x) const {
    if (x.started_at == timestamp{} || now < x.started_at)
      return {};
    auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - x.started_at).count();
    return "up " + duration_text(static_cast<std::uint64_t>(ms));
  }

  void line(const std::string& lead, const std::string& name, const actor_info& x, bool root) {
    auto left = lead + printable(name);
    auto used = columns(left) + (root ? 0 : 2);
    if (!root)
      left += " " + paint(colour_of(x.state), "●");
    std::string notes;
    if (x.state != actor_state::running)
      notes += std::string{"  "} + to_string(x.state);
    if (root)
      notes += "  " + up_time(x);
    if (x.restarts > 0)
      notes += "  " + counted(x.restarts, "restart");
    auto tail = printable(x.status);
    if (!x.last_error.empty() && (x.restarts > 0 || x.state != actor_state::running))
      tail += (tail.empty() ? "" : " · ") + std::string{"last error: "} + printable(x.last_error);
    used += columns(notes);
    if (!tail.empty()) {
      notes.append(used < status_column ? status_column - used : 2, ' ');
      used = std::max(used + 2, status_column);
      notes += shortened(tail, where.width > used + 10 ? where.width - used - 1 : 20);
    }
    out += left + notes + "\n";
  }

  void draw(std::size_t at, const std::string& indent) {
    auto found = below.find(at);
    if (found == below.end())
      return;
    for (std::size_t k = 0; k < found->second.size(); ++k) {
      auto i = found->second[k];
      auto last = k + 1 == found->second.size();
      line(indent + (last ? "└─ " : "├─ "), own_name(at, i), actors[i], false);
      draw(i, indent + (last ? "   " : "│  "));
    }
  }

  /// The part of the path below the parent's.
  std::string own_name(std::size_t parent, std::size_t i) const {
    return parent == no_parent ? actors[i].path : actors[i].path.substr(actors[parent].path.size() + 1);
  }
};

} // namespace

const char* colour_of(actor_state x) {
  switch (x) {
  case actor_state::running:
    return "\x1b[32m";
  case actor_state::starting:
  case actor_state::draining:
    return "\x1b[36m";
  case actor_state::backing_off:
    return "\x1b[33m";
  case actor_state::stopped:
    return "\x1b[90m";
  case actor_state::failed:
    return "\x1b[31m";
  }
  return "";
}

tree_children link_up(const std::vector<actor_info>& actors) {
  std::map<std::string, std::size_t> by_path;
  for (std::size_t i = 0; i < actors.size(); ++i)
    by_path.emplace(actors[i].node.value + ' ' + actors[i].path, i);
  tree_children out;
  for (std::size_t i = 0; i < actors.size(); ++i) {
    auto parent = no_parent;
    auto path = actors[i].path;
    for (auto cut = path.rfind('/'); cut != std::string::npos && parent == no_parent; cut = path.rfind('/')) {
      path.resize(cut);
      if (auto found = by_path.find(actors[i].node.value + ' ' + path); found != by_path.end() && found->second != i)
        parent = found->second;
    }
    out[parent].push_back(i);
  }
  return out;
}

std::vector<actor_info> tree_actors(const json_view& answer) {
  std::vector<actor_info> out;
  for (const auto& item : answer.items("actors")) {
    actor_info x;
    x.path = item.text("path");
    x.node = node_id{item.text("node")};
    x.state = state_named(item.text("state"));
    x.supervisor = item.flag("supervisor");
    from_iso8601(item.text("started_at"), x.started_at);
    x.restarts = item.count("restarts");
    x.last_error = item.text("last_error");
    from_iso8601(item.text("last_error_at"), x.last_error_at);
    x.messages = item.count("messages");
    x.queue = item.count("queue");
    x.busy = item.number("busy");
    x.status = item.text("status");
    out.push_back(std::move(x));
  }
  return out;
}

std::string draw_tree(const std::vector<actor_info>& actors, timestamp now, const terminal& where) {
  auto below = link_up(actors);
  drawing d{actors, below, now, where};
  for (auto root : below[no_parent]) {
    const auto& x = actors[root];
    d.line("", x.node.value.empty() ? x.path : x.node.value, x, true);
    d.draw(root, "");
  }
  return d.out;
}

} // namespace troupe::cli
