#include "gateway/stream/tree_history.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "gateway/stream/tree_json.hpp"

namespace troupe::gateway {

namespace {

/// Messages a second: timers, the look itself, and of a supervisor what those below answered to it.
constexpr double idle_rate = 8;
constexpr double idle_supervisor_rate = 60;

/// All the same but figures, and those as of an actor that idles.
bool idles(const actor_info& told, const actor_info& now, std::uint64_t before, double seconds) {
  auto same = told;
  same.messages = now.messages;
  same.busy = now.busy;
  same.queue = now.queue;
  auto more = now.messages >= before ? static_cast<double>(now.messages - before) : 1e9;
  return same == now && more <= (now.supervisor ? idle_supervisor_rate : idle_rate) * seconds
         && std::abs(told.busy - now.busy) < (seconds > 0 ? 0.02 : 0.005)
         && std::max(told.queue, now.queue) - std::min(told.queue, now.queue) <= (seconds > 0 ? 1 : 0);
}

} // namespace

bool tree_history::take(tree_snapshot now, std::chrono::steady_clock::time_point at) {
  auto seconds = std::chrono::duration<double>(at - std::exchange(looked_, at)).count();
  std::unordered_map<std::string_view, const known*> before;
  for (const auto& x : actors_)
    before.emplace(x.info.path, &x);
  auto next = version_ + 1;
  bool changed = version_ == 0;
  std::vector<known> after;
  after.reserve(now.actors.size());
  for (auto& info : now.actors) {
    info.busy = std::round(info.busy * 100) / 100;
    auto found = before.find(info.path);
    auto same = found != before.end()
                && (found->second->info == info || idles(found->second->info, info, found->second->messages, seconds));
    auto version = same ? found->second->changed : next;
    changed = changed || !same;
    auto messages = info.messages;
    if (same)
      after.push_back({found->second->info, version, messages});
    else
      after.push_back({std::move(info), version, messages});
    if (found != before.end())
      before.erase(found);
  }
  std::vector<std::string> missing;
  for (const auto& [path, ignored] : before)
    missing.emplace_back(path);
  changed = changed || !missing.empty();
  actors_ = std::move(after);
  if (changed)
    version_ = next;
  remember_gone(std::move(missing));
  return changed;
}

void tree_history::remember_gone(std::vector<std::string> paths) {
  for (auto& path : paths)
    gone_.push_back({std::move(path), version_});
  while (gone_.size() > most_gone_) {
    forgotten_ = gone_.front().at;
    gone_.pop_front();
  }
}

std::string tree_history::since(std::uint64_t seen) const {
  return seen == 0 || seen < forgotten_ || seen > version_ ? snapshot() : changes(seen);
}

std::string tree_history::snapshot() const {
  json_writer out;
  out.begin_object().field("type", "snapshot").key("actors").begin_array();
  for (const auto& x : actors_)
    encode_actor(out, x.info, up_time::left_out);
  out.end_array().end_object();
  return out.str();
}

std::string tree_history::changes(std::uint64_t seen) const {
  std::set<std::string_view> removed; // but not those that are there again
  for (const auto& x : gone_)
    if (x.at > seen)
      removed.insert(x.path);
  json_writer out;
  out.begin_object().field("type", "changes").key("actors").begin_array();
  for (const auto& x : actors_) {
    removed.erase(x.info.path);
    if (x.changed > seen)
      encode_actor(out, x.info, up_time::left_out);
  }
  out.end_array().key("removed").begin_array();
  for (auto path : removed)
    out.value(path);
  out.end_array().end_object();
  return out.str();
}

} // namespace troupe::gateway
