#pragma once
/// State of one host owner; its handlers are in host_actor.cpp, what becomes of an answer in host_answer_actor.cpp.

#include <map>
#include <optional>

#include "actors/scrape/host_actor.hpp"
#include "actors/scrape/host_policy.hpp"
#include "actors/scrape/http_meaning.hpp"

namespace troupe {

struct host_state {
  using promise = caf::typed_response_promise<page_read>;

  /// A page and who waits for it.
  struct job {
    follow_page msg;
    promise reply;
    host_clock::time_point started{}; ///< its first request
  };

  // -- given at spawn
  caf::event_based_actor* self = nullptr;
  std::string authority;
  scrape_parts parts;
  scrape_options options;
  figures_ptr figures;

  // -- politeness
  std::optional<host_policy> policy;
  std::map<page_ticket, job> jobs; ///< waiting and in flight
  std::map<std::uint64_t, job> extracting;
  std::uint64_t next_extraction = 0;

  // -- credit for extraction
  caf::actor lender;         ///< of the last page: who asks, and gives it
  std::uint32_t offered = 0; ///< pieces on offer there
  host_clock::time_point offered_at{};
  std::uint64_t page_bytes = 256u << 10; ///< of a page of this host, by experience
  std::int64_t counted = 0;              ///< of `parts.fetched`: pages waiting

  // -- time
  host_clock::time_point used{};  ///< when something was last asked
  host_clock::time_point alarm{}; ///< when the pending tick comes; the epoch for none
  std::uint64_t alarm_id = 0;

  host_clock::time_point now() const { return self->clock().now(); }

  void accept(follow_page msg, promise reply);
  bool adopt(follow_page& msg, promise& reply);
  void router_left(const caf::actor_addr& router);
  void abort(const std::string& token);
  void pump();
  void tick(std::uint64_t id);
  void stop(const error& why);

  void granted(const grant_work& x);
  void offer();
  page_standing standing(const find_page& x) const;
  void ask_robots(page_ticket waiting, bool allow_private);
  void fetch(page_ticket ticket);
  void ended(page_ticket ticket, caf::expected<http_response> result);
  void answer(job x, http_response response);
  void redirect(job x, const http_response& response);
  void extract(job x, http_response response);
  void schedule();
  /// Errors of those who are asked: that a part of ours is down must not look as if this owner itself were.
  static error failure_of(const caf::error& why, const std::string& url);
  void refuse_some();
};

} // namespace troupe
