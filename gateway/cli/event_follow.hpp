#pragma once
/// Follows a research's event log to its end, over server-sent events, whatever breaks in between.

#include <chrono>
#include <functional>
#include <optional>

#include "gateway/cli/http_client.hpp"
#include "protocols/event.hpp"

namespace troupe::cli {

/// What a follower does with what comes. Every function runs on the calling thread.
struct event_follower {
  /// Each event once, in order.
  std::function<void(const event_record&)> on_event;
  /// About ten times a second; `false` ends the following.
  std::function<bool()> on_tick = [] { return true; };
  /// The connection broke and nothing answers there: another server's client, or an error to give up with. Empty: keep
  /// trying the same one.
  std::function<expected<http_client>()> find_server;
  /// Give up after being cut off for this long.
  std::chrono::milliseconds patience{60'000};
};

/// Ended how: at the log's final event, or because `on_tick` said so.
enum class follow_end : std::uint8_t { final_event, stopped };

/// Events of `research` after `after`. A connection that breaks is made again after the last event seen, with growing
/// pauses; `not_found` and other refusals by the server end at once.
expected<follow_end> follow_events(http_client server, const research_id& research, event_seq after,
                                   const event_follower& follower);

/// An event from its JSON envelope; `malformed_json` when it is none.
expected<event_record> parse_event(std::string_view json);

} // namespace troupe::cli
