#pragma once
#include <map>
#include <set>
#include <string>

#include <caf/actor_addr.hpp>

#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// Who is woken for what. Only the event log that runs now touches it; it is kept apart so that a restart of the event
/// log loses nobody.
struct event_subscriptions {
  /// Beyond this many (subscriber, research) pairs a subscriber is woken for all researches instead: more wakes, no
  /// more memory.
  std::size_t limit = 200'000;

  std::map<caf::actor_addr, event_subscriber_actor> subscribers;
  std::map<caf::actor_addr, std::set<std::string>> wants; ///< researches of each; the empty id is "all"
  std::map<std::string, std::set<caf::actor_addr>> by_research;
  std::size_t pairs = 0;

  /// Whether the subscriber is a new one, to be monitored.
  bool add(const std::string& research, const event_subscriber_actor& who);
  /// Whether it was the subscriber's last, no longer to be monitored.
  bool remove(const std::string& research, const caf::actor_addr& who);
  /// The subscriber has ended.
  void forget(const caf::actor_addr& who);
  /// The research's log has ended: nobody is woken for it again. Answers whose last subscription that was.
  std::vector<caf::actor_addr> end(const std::string& research);
};

} // namespace troupe
