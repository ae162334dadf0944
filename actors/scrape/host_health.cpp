#include "actors/scrape/host_policy.hpp"

#include <algorithm>
#include <utility>

#include "actors/egress/url.hpp"
#include "actors/scrape/http_meaning.hpp"

// What came back from the host: its robots.txt, its pages, its failures. When to ask is in host_policy.cpp.
namespace troupe {

namespace {

constexpr std::uint32_t most_doublings = 3;

bool ours(errc code) noexcept {
  return code == errc::overloaded || code == errc::unavailable || code == errc::cancelled;
}

} // namespace

error robots_refusal(const std::string& url, const robots_decision& decision) {
  auto rule =
    decision.line == 0 ? decision.rule : "line " + std::to_string(decision.line) + ", \"" + decision.rule + "\"";
  auto parsed = parse_url(url);
  auto place = parsed ? parsed->authority() + " forbids " + url : url + " forbids it";
  return {errc::robots_disallowed, "robots.txt of " + place + ": " + rule,
          "Ask the owner of the site, or give another source."};
}

// -- robots.txt -----------------------------------------------------------------------------------------------------

bool host_policy::robots_wanted(host_clock::time_point now) const { return !robots_ || now >= robots_until_; }

robots_decision host_policy::decide(const std::string& url) const {
  return robots_ ? robots_->decide(url) : robots_decision{};
}

void host_policy::adopt(robots_policy rules, host_clock::time_point now) {
  robots_ = std::move(rules);
  robots_until_ = now + limits_.robots_ttl;
  robots_unreachable_.reset();
  robots_tries_ = 0;
  refuse_waiting([&](const entry& x) -> std::optional<error> {
    auto decision = robots_->decide(x.page.url);
    return decision.allowed ? std::nullopt : std::optional{robots_refusal(x.page.url, decision)};
  });
}

void host_policy::robots_answered(std::uint16_t status, std::string_view body, std::string_view agent,
                                  host_clock::time_point now) {
  asking_robots_ = false;
  if (status >= 200 && status < 300)
    adopt(robots_policy::parse(body, agent), now);
  else if (status < 500 && status != 429)
    adopt(robots_policy::allow_all("there is no robots.txt (" + status_phrase(status) + ")"), now);
  else
    robots_out_of_reach(
      {errc::robots_disallowed,
       "robots.txt of " + authority_ + " answered " + status_phrase(status) + ", so nothing there may be read for now",
       "Try again later."},
      now);
}

void host_policy::robots_failed(const error& why, bool allow_private, host_clock::time_point now) {
  asking_robots_ = false;
  switch (why.code) {
  case errc::too_many_redirects: // RFC 9309, section 2.3.1.2: as if there were none
    adopt(robots_policy::allow_all("robots.txt redirects without end"), now);
    break;
  case errc::too_large:
    adopt(robots_policy::disallow_all("robots.txt is too large to be read"), now);
    break;
  case errc::address_refused:
  case errc::url_invalid:
    // True for those who may not reach private networks; others may ask next.
    refuse_waiting(
      [&](const entry& x) { return x.page.allow_private == allow_private ? std::optional{why} : std::nullopt; });
    break;
  default:
    robots_out_of_reach({why.code, "robots.txt of " + authority_ + " can't be read: " + why.message, why.advice}, now);
  }
}

/// RFC 9309, section 2.3.1.4: nothing may be read until it can be; a copy that is too old is better than none.
void host_policy::robots_out_of_reach(error why, host_clock::time_point now) {
  bool again = why.code == errc::robots_disallowed || why.code == errc::deadline_exceeded || worth_retrying(why.code);
  if (again && ++robots_tries_ < limits_.attempts) {
    robots_not_before_ = now + backoff_.next();
    return;
  }
  robots_tries_ = 0;
  backoff_.reset();
  robots_until_ = now + limits_.robots_retry;
  robots_not_before_ = robots_until_;
  if (robots_)
    return;
  robots_unreachable_ = std::move(why);
  refuse_waiting([&](const entry&) { return robots_unreachable_; });
}

// -- pages ----------------------------------------------------------------------------------------------------------

host_verdict host_policy::fetched(page_ticket ticket, const host_outcome& outcome, host_clock::time_point now) {
  auto found = pages_.find(ticket);
  if (found == pages_.end())
    return host_verdict::ignore;
  --in_flight_;
  auto& x = found->second;
  if (x.credit > now) // used up when extraction begins, otherwise for the next page, or given back
    credit_.push_back(x.credit);
  note_health(x, outcome, now);
  if (x.state == page_state::abandoned) {
    pages_.erase(found);
    return host_verdict::ignore;
  }
  if (auto again = retry_at(x, outcome, now)) {
    x.state = page_state::waiting;
    x.not_before = *again;
    return host_verdict::retry;
  }
  pages_.erase(found);
  return host_verdict::deliver;
}

std::optional<host_clock::time_point> host_policy::retry_at(const entry& x, const host_outcome& outcome,
                                                            host_clock::time_point now) {
  bool worth = outcome.code == errc::none ? worth_retrying(outcome.status) : worth_retrying(outcome.code);
  if (!worth) {
    backoff_.reset();
    return std::nullopt;
  }
  // What failed on our side, such as a way out that is started again, fails for many pages at once and says nothing of
  // the host: each of them would double the wait of the next.
  auto wait = outcome.retry_after  ? std::min(*outcome.retry_after, limits_.longest_pause)
              : ours(outcome.code) ? limits_.retry.first
                                   : backoff_.next();
  // 429 speaks for the whole host, and so does a wait that was asked for.
  if (outcome.retry_after || outcome.status == 429)
    paused_until_ = std::max(paused_until_, now + wait);
  if (x.attempts >= limits_.attempts || now < open_until_ || now + wait >= x.page.expires)
    return std::nullopt;
  return now + wait;
}

void host_policy::note_health(const entry& x, const host_outcome& outcome, host_clock::time_point now) {
  bool failing = outcome.code == errc::none ? host_is_failing(outcome.status) : host_is_failing(outcome.code);
  if (!failing) {
    if (!ours(outcome.code))
      failures_ = opened_ = 0;
    return;
  }
  if (outcome.code == errc::deadline_exceeded && now >= x.page.expires)
    return; // it had too little time to tell
  if (outcome.code == errc::none && x.attempts > 1)
    return; // a broken page stays one broken page, however often it is asked for
  last_failure_ = outcome.code == errc::none ? errc::http_status : outcome.code;
  if (++failures_ < limits_.circuit_failures || now < open_until_)
    return;
  open_until_ = now + limits_.circuit_open * (1 << std::min(opened_, most_doublings));
  ++opened_;
  failures_ = limits_.circuit_failures - 1; // one more failure after the pause opens it again
  refuse_waiting([&](const entry&) { return std::optional{alone(now)}; });
}

error host_policy::alone(host_clock::time_point now) const {
  auto left = std::chrono::ceil<std::chrono::seconds>(open_until_ - now).count();
  return {last_failure_,
          authority_ + " failed " + std::to_string(limits_.circuit_failures) + " times in a row and is left alone for "
            + std::to_string(left) + " s",
          "Try again later, or give another source."};
}

} // namespace troupe
