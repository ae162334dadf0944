#pragma once
/// Politeness towards one host as a plain state machine: which page may be asked for when, what is tried again, when
/// the host is left alone. Time is given; nothing here sends anything.
///
/// The owner calls `next` after every change and obeys its steps, drains `take_refused` after every call, and sleeps
/// until `wake`.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/flow/backoff.hpp"
#include "actors/scrape/robots_policy.hpp"
#include "protocols/error.hpp"
#include "protocols/research.hpp"

namespace troupe {

using host_clock = std::chrono::steady_clock;
/// Names a page while the host owner has it.
using page_ticket = std::uint64_t;

struct host_limits {
  std::uint32_t connections = 2;                     ///< requests at the same time
  std::uint32_t extracting = 8;                      ///< pages fetched but not yet extracted; then no more are fetched
  bool need_credit = false;                          ///< a page starts only with a piece of credit
  std::size_t queue = 1000;                          ///< pages waiting; one more is `overloaded`
  std::uint32_t attempts = 3;                        ///< requests for one page, the first included
  std::chrono::milliseconds public_delay{1000};      ///< between starts when robots.txt gives none
  std::chrono::milliseconds private_delay{0};        ///< the same for allowed private hosts
  std::chrono::milliseconds longest_pause{86400000}; ///< that Retry-After can ask for
  std::chrono::milliseconds robots_ttl{86400000};    ///< RFC 9309, section 2.4: at most 24 hours
  std::chrono::milliseconds robots_retry{60000};     ///< an unreachable robots.txt is asked for again after this
  std::uint32_t circuit_failures = 5;                ///< failures in a row that open the circuit
  std::chrono::milliseconds circuit_open{30000};     ///< how long it stays open the first time; doubles, to 8 times
  backoff_options retry{std::chrono::milliseconds{500}, std::chrono::milliseconds{30000}, 2.0, 0.5};
};

struct host_page {
  std::string url;
  std::string token; ///< for `cancel`
  host_clock::time_point expires;
  bool allow_private = false;
  priority_class priority = priority_class::standard;
};

/// What is to be said to the pool that gives credit: pieces wanted beyond those there are, and pieces given up.
struct host_demand {
  std::uint32_t wanted = 0;
  std::uint32_t spare = 0;
  priority_class priority = priority_class::background; ///< the first of those that wait
};

struct host_step {
  enum kind : std::uint8_t { nothing, ask_robots, fetch } what = nothing;
  page_ticket ticket = 0;     ///< of the page to fetch; for `ask_robots` of one that waits for it
  bool allow_private = false; ///< for `ask_robots`
};

/// How a request for a page ended: `code` none and a status, or a code.
struct host_outcome {
  errc code = errc::none;
  std::uint16_t status = 0;
  std::optional<std::chrono::milliseconds> retry_after;
};

enum class host_verdict : std::uint8_t {
  deliver, ///< answer with what came
  retry,   ///< it waits again
  ignore,  ///< nobody waits for it any more
};

struct refused_page {
  page_ticket ticket = 0;
  error why;
};

/// `robots_disallowed`, naming the rule.
error robots_refusal(const std::string& url, const robots_decision& decision);

class host_policy {
public:
  /// `authority` as in errors; `private_host`: whether the address is known to be none of the public internet.
  host_policy(std::string authority, bool private_host, host_limits limits = {}, std::uint64_t seed = 1);

  /// A page to read. Fails with `overloaded`, `deadline_exceeded`, or the reason why the host is left alone.
  expected<page_ticket> add(host_page page, host_clock::time_point now);
  host_step next(host_clock::time_point now);
  /// When `next` could say something else or pages expire, should nothing else happen.
  [[nodiscard]] std::optional<host_clock::time_point> wake(host_clock::time_point now) const;
  /// Pages that are refused since the last call: by robots.txt, expired, cancelled, or with the host.
  std::vector<refused_page> take_refused();

  /// What became of `ask_robots`.
  void robots_answered(std::uint16_t status, std::string_view body, std::string_view agent, host_clock::time_point now);
  void robots_failed(const error& why, bool allow_private, host_clock::time_point now);
  /// What became of `fetch`. After `deliver` the ticket is gone.
  host_verdict fetched(page_ticket ticket, const host_outcome& outcome, host_clock::time_point now);
  /// Between `deliver` and the end of extraction a page counts here, and uses its credit up.
  void extraction_began(host_clock::time_point now) {
    ++extracting_;
    static_cast<void>(take_credit(now));
  }
  void extraction_ended() noexcept { --extracting_; }
  /// A session gave up.
  void cancel(const std::string& token);
  /// Forgets a page that waits, without a word. False when it is in flight.
  bool forget(page_ticket ticket);

  /// Credit for so many pages; what is not used `until` then is lost.
  void credit_granted(std::uint32_t pieces, host_clock::time_point until);
  /// To be asked after every change; what it calls spare is given up with that.
  host_demand demand(host_clock::time_point now);
  /// What a page waits for, for people; empty when it is being read.
  [[nodiscard]] std::string why_waiting(page_ticket ticket, host_clock::time_point now) const;

  /// Whether robots.txt, when known, lets this address of the same host be read.
  [[nodiscard]] robots_decision decide(const std::string& url) const;
  [[nodiscard]] const host_page* page(page_ticket ticket) const;
  [[nodiscard]] std::uint32_t attempts(page_ticket ticket) const;
  [[nodiscard]] std::size_t waiting() const;
  /// Whether the host asked not to be asked for now.
  [[nodiscard]] bool paused(host_clock::time_point now) const noexcept { return now < paused_until_; }
  [[nodiscard]] bool idle() const noexcept { return pages_.empty() && extracting_ == 0 && !asking_robots_; }
  /// For the supervision tree: `3 waiting · 2 in flight · crawl-delay 1 s`.
  [[nodiscard]] std::string describe(host_clock::time_point now) const;

private:
  enum class page_state : std::uint8_t { waiting, in_flight, abandoned };
  struct entry {
    host_page page;
    page_state state = page_state::waiting;
    host_clock::time_point not_before{};
    host_clock::time_point credit{}; ///< of the request in flight: until when it holds
    std::uint32_t attempts = 0;
  };

  [[nodiscard]] host_clock::time_point earliest(const entry& x) const;
  [[nodiscard]] std::chrono::milliseconds delay() const;
  [[nodiscard]] error alone(host_clock::time_point now) const;
  [[nodiscard]] bool robots_wanted(host_clock::time_point now) const;
  [[nodiscard]] bool room() const noexcept;
  [[nodiscard]] std::size_t startable(host_clock::time_point now) const;
  std::optional<host_clock::time_point> take_credit(host_clock::time_point now);
  void adopt(robots_policy rules, host_clock::time_point now);
  void robots_out_of_reach(error why, host_clock::time_point now);
  /// Refuses the waiting pages for which `judge` answers an error.
  void refuse_waiting(const std::function<std::optional<error>(const entry&)>& judge);
  void sweep(host_clock::time_point now);
  void note_health(const entry& x, const host_outcome& outcome, host_clock::time_point now);
  std::optional<host_clock::time_point> retry_at(const entry& x, const host_outcome& outcome,
                                                 host_clock::time_point now);

  std::string authority_;
  bool private_host_;
  host_limits limits_;
  std::map<page_ticket, entry> pages_; ///< in order of arrival
  std::vector<refused_page> refused_;
  page_ticket last_ticket_ = 0;
  std::uint32_t in_flight_ = 0;
  std::uint32_t extracting_ = 0;
  std::vector<host_clock::time_point> credit_; ///< pieces there are, each with its end

  // -- robots.txt
  std::optional<robots_policy> robots_;
  bool asking_robots_ = false;
  std::uint32_t robots_tries_ = 0;
  host_clock::time_point robots_until_{}; ///< when it is to be asked for again
  host_clock::time_point robots_not_before_{};
  std::optional<error> robots_unreachable_; ///< with `robots_until_`: nothing is read until then

  // -- pace
  host_clock::time_point next_start_{};
  host_clock::time_point paused_until_{}; ///< by Retry-After

  // -- circuit
  std::uint32_t failures_ = 0;
  std::uint32_t opened_ = 0;
  host_clock::time_point open_until_{};
  errc last_failure_ = errc::none;
  backoff backoff_;
};

} // namespace troupe
