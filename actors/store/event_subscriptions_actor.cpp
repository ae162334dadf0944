// Book-keeping of `event_subscriptions`; in the shell, as it holds handles.
#include "actors/store/event_subscriptions.hpp"

namespace troupe {

bool event_subscriptions::add(const std::string& research, const event_subscriber_actor& who) {
  auto address = who.address();
  const auto& wanted = pairs < limit ? research : std::string{};
  auto fresh = subscribers.emplace(address, who).second;
  if (wants[address].insert(wanted).second) {
    by_research[wanted].insert(address);
    ++pairs;
  }
  return fresh;
}

bool event_subscriptions::remove(const std::string& research, const caf::actor_addr& who) {
  auto wanted = wants.find(who);
  if (wanted == wants.end() || wanted->second.erase(research) == 0)
    return false;
  --pairs;
  auto place = by_research.find(research);
  place->second.erase(who);
  if (place->second.empty())
    by_research.erase(place);
  if (!wanted->second.empty())
    return false;
  wants.erase(wanted);
  subscribers.erase(who);
  return true;
}

void event_subscriptions::forget(const caf::actor_addr& who) {
  auto wanted = wants.find(who);
  if (wanted == wants.end())
    return;
  for (const auto& research : std::set<std::string>{wanted->second})
    remove(research, who);
}

std::vector<caf::actor_addr> event_subscriptions::end(const std::string& research) {
  std::vector<caf::actor_addr> gone;
  auto place = by_research.find(research);
  if (place == by_research.end())
    return gone;
  for (const auto& who : std::set<caf::actor_addr>{place->second})
    if (remove(research, who))
      gone.push_back(who);
  return gone;
}

} // namespace troupe
