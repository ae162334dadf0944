// Credit for what a page becomes once it is fetched, and what a page waits for.
#include <algorithm>

#include "actors/scrape/host_policy.hpp"

namespace troupe {

namespace {

std::string in_seconds(host_clock::duration x) {
  return std::to_string(std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(x).count(), 1)) + " s";
}

} // namespace

void host_policy::credit_granted(std::uint32_t pieces, host_clock::time_point until) {
  auto n = std::min<std::size_t>(pieces, limits_.queue); // nobody grants more than was offered
  credit_.insert(credit_.end(), n, until);
}

std::optional<host_clock::time_point> host_policy::take_credit(host_clock::time_point now) {
  std::erase_if(credit_, [&](auto until) { return until <= now; });
  if (credit_.empty())
    return std::nullopt;
  auto last = std::max_element(credit_.begin(), credit_.end());
  auto until = *last;
  credit_.erase(last);
  return until;
}

/// Pages that could start now, had they credit.
std::size_t host_policy::startable(host_clock::time_point now) const {
  if (asking_robots_ || robots_wanted(now) || !room())
    return 0;
  auto ready = static_cast<std::size_t>(std::count_if(pages_.begin(), pages_.end(), [&](const auto& x) {
    return x.second.state == page_state::waiting && earliest(x.second) <= now;
  }));
  std::size_t most = std::min(limits_.connections - in_flight_, limits_.extracting - extracting_);
  if (delay().count() > 0)
    most = 1;
  return std::min(ready, most);
}

host_demand host_policy::demand(host_clock::time_point now) {
  std::erase_if(credit_, [&](auto until) { return until <= now; });
  host_demand x;
  auto wanted = limits_.need_credit ? startable(now) : 0;
  if (wanted >= credit_.size()) {
    x.wanted = static_cast<std::uint32_t>(wanted - credit_.size());
  } else {
    x.spare = static_cast<std::uint32_t>(credit_.size() - wanted);
    credit_.resize(wanted);
  }
  for (const auto& [ticket, page] : pages_)
    if (page.state == page_state::waiting)
      x.priority = std::min(x.priority, page.page.priority);
  return x;
}

std::string host_policy::why_waiting(page_ticket ticket, host_clock::time_point now) const {
  auto found = pages_.find(ticket);
  if (found == pages_.end() || found->second.state != page_state::waiting)
    return {};
  const auto& x = found->second;
  if (asking_robots_ || robots_wanted(now))
    return "waits for robots.txt of " + authority_;
  if (now < paused_until_)
    return authority_ + " asked to be left alone for another " + in_seconds(paused_until_ - now);
  if (now < x.not_before)
    return "is tried again in " + in_seconds(x.not_before - now);
  if (in_flight_ >= limits_.connections)
    return "waits for a free connection to " + authority_;
  if (now < next_start_)
    return "waits for the crawl delay of " + authority_;
  if (extracting_ >= limits_.extracting || (limits_.need_credit && credit_.empty()))
    return "waits for credit, as extraction is behind";
  return "waits for its turn at " + authority_;
}

} // namespace troupe
