#include "gateway/cli/event_follow.hpp"

#include <thread>

#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/sse_parser.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe::cli {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{2000};
constexpr milliseconds silence{45'000}; ///< servers send something at least every 15 s

bool worth_retrying(errc code) {
  switch (code) {
  case errc::connect_failed:
  case errc::deadline_exceeded:
  case errc::dns_failed:
  case errc::overloaded:
  case errc::draining:
  case errc::unavailable:
    return true;
  default:
    return false;
  }
}

/// One connection's worth of the log.
struct follow_state {
  const event_follower& follower;
  event_seq last;
  bool final = false;
  bool stopped = false;
  bool heard = false; ///< something came over this connection
  std::optional<error> broken{};

  bool take(sse_parser& parser, std::string_view bytes) {
    heard = true;
    for (const auto& message : parser.feed(bytes)) {
      auto event = parse_event(message.data);
      if (!event)
        continue; // a message of a kind that came after this client
      if (event->seq <= last)
        continue;
      last = event->seq;
      final = is_final_event(event->type);
      follower.on_event(*event);
      if (final)
        return false;
    }
    return !parser.overrun();
  }

  bool tick() {
    stopped = !follower.on_tick();
    return !stopped;
  }

  /// Ticks while waiting before the next attempt.
  void pause(milliseconds length) {
    auto until = steady_clock::now() + length;
    while (!stopped && steady_clock::now() < until) {
      std::this_thread::sleep_for(std::min<milliseconds>(length, milliseconds{50}));
      tick();
    }
  }
};

expected<bool> read_once(const http_client& server, const research_id& research, follow_state& state) {
  sse_parser parser;
  http_call call;
  call.path = "/api/v1/research/" + url_encoded(research.value) + "/events?after=" + std::to_string(state.last.value);
  call.accept = "text/event-stream";
  call.within = silence;
  state.heard = false;
  return server.stream(
    call, [&](std::string_view bytes) { return state.take(parser, bytes); }, [&] { return state.tick(); });
}

} // namespace

expected<event_record> parse_event(std::string_view json) {
  json_document text;
  if (!text.parse(json))
    return fail(errc::malformed_json, "an event of the server is not JSON", "Check that --server is a troupe server.");
  auto root = text.root();
  event_record x;
  x.research = research_id{root.text("research_id")};
  x.seq = event_seq{root.count("seq")};
  x.type = root.text("type");
  x.data = root.at("data").json();
  if (x.seq.value == 0 || x.type.empty() || !from_iso8601(root.text("at"), x.at))
    return fail(errc::malformed_json, "an event of the server has no seq, type or time",
                "Check that --server is a troupe server.");
  return x;
}

expected<follow_end> follow_events(http_client server, const research_id& research, event_seq after,
                                   const event_follower& follower) {
  follow_state state{follower, after};
  auto cut_off_since = steady_clock::now();
  auto length = first_pause;
  for (;;) {
    auto ended = read_once(server, research, state);
    if (state.final)
      return follow_end::final_event;
    if (state.stopped)
      return follow_end::stopped;
    if (!ended && !worth_retrying(ended.error().code))
      return tl::make_unexpected(ended.error());
    if (state.heard) {
      cut_off_since = steady_clock::now();
      length = first_pause;
    } else if (steady_clock::now() - cut_off_since > follower.patience) {
      return fail(errc::unavailable, "the connection to " + server.base() + " is lost; the research goes on there",
                  "Follow it again with troupe watch " + research.value + ".");
    }
    state.pause(length);
    if (state.stopped)
      return follow_end::stopped;
    length = std::min(length * 2, longest_pause);
    if (!ended && follower.find_server) {
      auto found = follower.find_server();
      if (found)
        server = *found;
      else if (!worth_retrying(found.error().code))
        return tl::make_unexpected(found.error());
    }
  }
}

} // namespace troupe::cli
