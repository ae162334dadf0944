#include "actors/scrape/host_policy.hpp"

#include <algorithm>
#include <utility>

#include "actors/scrape/http_meaning.hpp"

namespace troupe {

namespace {

std::string seconds_text(std::chrono::milliseconds x) {
  auto tenths = (x.count() + 50) / 100;
  auto text = std::to_string(tenths / 10);
  return tenths % 10 == 0 ? text + " s" : text + "." + std::to_string(tenths % 10) + " s";
}

std::chrono::milliseconds between(host_clock::time_point from, host_clock::time_point to) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(to - from), std::chrono::milliseconds{0});
}

} // namespace

host_policy::host_policy(std::string authority, bool private_host, host_limits limits, std::uint64_t seed)
  : authority_(std::move(authority)), private_host_(private_host), limits_(limits), backoff_(limits.retry, seed) {}

expected<page_ticket> host_policy::add(host_page page, host_clock::time_point now) {
  if (page.expires <= now)
    return fail(errc::deadline_exceeded, "no time was left to read " + page.url, "Give it more time.");
  if (robots_unreachable_ && now < robots_until_)
    return tl::make_unexpected(*robots_unreachable_);
  if (now < open_until_)
    return tl::make_unexpected(alone(now));
  if (robots_ && !robots_wanted(now))
    if (auto decision = robots_->decide(page.url); !decision.allowed)
      return tl::make_unexpected(robots_refusal(page.url, decision));
  if (waiting() >= limits_.queue)
    return fail(errc::overloaded,
                authority_ + " has " + std::to_string(limits_.queue) + " pages waiting and takes no more",
                "Try again when some of them were read.");
  auto ticket = ++last_ticket_;
  pages_[ticket].page = std::move(page);
  return ticket;
}

std::size_t host_policy::waiting() const {
  return static_cast<std::size_t>(
    std::count_if(pages_.begin(), pages_.end(), [](const auto& x) { return x.second.state == page_state::waiting; }));
}

const host_page* host_policy::page(page_ticket ticket) const {
  auto found = pages_.find(ticket);
  return found == pages_.end() ? nullptr : &found->second.page;
}

std::uint32_t host_policy::attempts(page_ticket ticket) const {
  auto found = pages_.find(ticket);
  return found == pages_.end() ? 0 : found->second.attempts;
}

std::vector<refused_page> host_policy::take_refused() { return std::exchange(refused_, {}); }

void host_policy::refuse_waiting(const std::function<std::optional<error>(const entry&)>& judge) {
  std::erase_if(pages_, [&](const auto& x) {
    const auto& [ticket, page] = x;
    auto why = page.state == page_state::waiting ? judge(page) : std::nullopt;
    if (why)
      refused_.push_back({ticket, std::move(*why)});
    return why.has_value();
  });
}

std::chrono::milliseconds host_policy::delay() const {
  if (robots_ && robots_->crawl_delay())
    return *robots_->crawl_delay();
  return private_host_ ? limits_.private_delay : limits_.public_delay;
}

host_clock::time_point host_policy::earliest(const entry& x) const {
  return std::max({x.not_before, next_start_, paused_until_});
}

/// Refuses what can't be read in time any more, at once rather than when the time is over.
void host_policy::sweep(host_clock::time_point now) {
  refuse_waiting([&](const entry& x) -> std::optional<error> {
    auto start = std::max(now, earliest(x));
    if (start < x.page.expires)
      return std::nullopt;
    auto message = start > now ? authority_ + " is not asked again for " + seconds_text(between(now, start))
                                   + ", longer than there is time to read " + x.page.url
                               : "the time was over before " + x.page.url + " was read";
    return error{errc::deadline_exceeded, std::move(message), "Give it more time."};
  });
}

bool host_policy::room() const noexcept { return in_flight_ < limits_.connections && extracting_ < limits_.extracting; }

host_step host_policy::next(host_clock::time_point now) {
  sweep(now);
  auto first =
    std::find_if(pages_.begin(), pages_.end(), [](const auto& x) { return x.second.state == page_state::waiting; });
  if (first == pages_.end() || asking_robots_)
    return {};
  if (robots_wanted(now)) {
    if (now < robots_not_before_)
      return {};
    asking_robots_ = true;
    return {host_step::ask_robots, first->first, first->second.page.allow_private};
  }
  if (!room())
    return {};
  for (auto i = first; i != pages_.end(); ++i) {
    auto& [ticket, x] = *i;
    if (x.state != page_state::waiting || now < earliest(x))
      continue;
    if (limits_.need_credit) {
      auto credit = take_credit(now);
      if (!credit)
        return {};
      x.credit = *credit;
    }
    x.state = page_state::in_flight;
    ++x.attempts;
    ++in_flight_;
    next_start_ = now + delay();
    return {host_step::fetch, ticket, x.page.allow_private};
  }
  return {};
}

std::optional<host_clock::time_point> host_policy::wake(host_clock::time_point now) const {
  std::optional<host_clock::time_point> result;
  auto consider = [&](host_clock::time_point at) {
    at = std::max(at, now + std::chrono::milliseconds{1});
    if (!result || at < *result)
      result = at;
  };
  bool wanted = robots_wanted(now);
  for (const auto& [ticket, x] : pages_) {
    if (x.state != page_state::waiting)
      continue;
    consider(x.page.expires);
    if (wanted && !asking_robots_)
      consider(robots_not_before_);
    else if (!wanted && room() && (earliest(x) > now || !limits_.need_credit || !credit_.empty()))
      consider(earliest(x)); // what only waits for credit is woken by it
  }
  return result;
}

void host_policy::cancel(const std::string& token) {
  for (auto i = pages_.begin(); i != pages_.end();) {
    auto& [ticket, x] = *i;
    if (x.page.token != token || x.state == page_state::abandoned) {
      ++i;
      continue;
    }
    refused_.push_back({ticket, {errc::cancelled, x.page.url + " is not wanted any more", {}}});
    if (x.state == page_state::waiting) {
      i = pages_.erase(i);
    } else {
      x.state = page_state::abandoned; // its connection is free when egress says so
      ++i;
    }
  }
}

bool host_policy::forget(page_ticket ticket) {
  auto found = pages_.find(ticket);
  if (found == pages_.end() || found->second.state != page_state::waiting)
    return false;
  pages_.erase(found);
  return true;
}

std::string host_policy::describe(host_clock::time_point now) const {
  auto result = std::to_string(waiting()) + " waiting · " + std::to_string(in_flight_) + " in flight";
  if (now < open_until_)
    result += " · left alone for " + seconds_text(between(now, open_until_));
  else if (now < paused_until_)
    result += " · asked to wait " + seconds_text(between(now, paused_until_));
  if (auto wait = delay(); wait.count() > 0)
    result += " · crawl-delay " + seconds_text(wait);
  return result;
}

} // namespace troupe
