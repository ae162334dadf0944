// /api/v1/research/{id}/events as JSON and SSE, /stream as WebSocket: one log, three faces.
#include <algorithm>

#include "gateway/api/services.hpp"
#include "gateway/http/negotiate.hpp"
#include "gateway/log.hpp"
#include "gateway/stream/frames.hpp"
#include "gateway/stream/sse.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe::gateway {

namespace {

constexpr std::uint64_t most_seq = 1ull << 62;
constexpr std::uint32_t page_bytes = 1u << 20; ///< of a JSON page

net::awaitable<expected<void>> check_exists(services_ptr s, research_id id) {
  get_research g{id, s->until()};
  auto row = co_await ask(*s->bridge, std::move(g));
  if (!row)
    co_return tl::make_unexpected(row.error());
  co_return expected<void>{};
}

/// A page of the log; an empty one only of a research that exists.
net::awaitable<expected<event_page>> read_page(services_ptr s, research_id id, event_seq after, std::uint32_t limit) {
  read_events q{id, after, limit, s->until(), page_bytes};
  auto page = co_await ask(*s->bridge, std::move(q));
  if (!page || !page->events.empty())
    co_return page;
  if (auto exists = co_await check_exists(s, id); !exists)
    co_return tl::make_unexpected(exists.error());
  co_return page;
}

/// The same for a follower, which begins with it.
net::awaitable<expected<page_ptr>> first_page(services_ptr s, research_id id, event_cursor& cursor) {
  auto page = co_await cursor.first();
  if (!page || !(*page)->events.empty())
    co_return page;
  if (auto exists = co_await check_exists(s, id); !exists)
    co_return tl::make_unexpected(exists.error());
  co_return page;
}

/// The highest seq of a log that has nothing after `high`: nearly always `high` itself, which a follower has seen.
/// Otherwise narrowed down from both sides, at most a few dozen small reads.
net::awaitable<expected<event_seq>> end_of_log(services_ptr s, research_id id, std::uint64_t high) {
  std::uint64_t low = 0;
  for (auto probe = high - 1; low < high; probe = std::min(low * 2 + 16, low + (high - low) / 2)) {
    read_events q{id, event_seq{probe}, 1, s->until()};
    auto page = co_await ask(*s->bridge, std::move(q));
    if (!page)
      co_return tl::make_unexpected(page.error());
    if (page->events.empty())
      high = probe;
    else
      low = page->events.back().seq.value;
  }
  co_return event_seq{low};
}

std::string encode_page(const event_page& page) {
  std::string events;
  for (const auto& e : page.events)
    events += (events.empty() ? "" : ",") + encode_event(e);
  return "{\"events\":[" + events + "],\"last\":" + std::to_string(page.last.value)
         + ",\"final\":" + (page.final ? "true" : "false") + "}";
}

event_cursor cursor_after(const services& s, const request& r, const research_id& id, event_seq after) {
  event_cursor::timing times;
  times.answer = s.options.limits.answer;
  return {s.bridge, id, after, r.executor, times};
}

net::awaitable<response> as_sse(services_ptr s, request& r, research_id id, event_seq after) {
  auto last = parse_last_event_id(r.header("Last-Event-ID"));
  auto sent = r.count("Last-Event-ID");
  if (sent > 1 || (sent == 1 && (!last || *last > most_seq)))
    co_return problem({errc::invalid_argument, "the header Last-Event-ID is not the number of an event",
                       "Send the id of the last event seen, or leave it away to begin with the first."},
                      r);
  if (last)
    after.value = std::max(after.value, *last);
  auto cursor = cursor_after(*s, r, id, after);
  auto first = co_await first_page(s, id, cursor);
  if (!first)
    co_return problem(first.error(), r);
  response done;
  if ((*first)->final && (*first)->events.empty()) {
    done.status = 204; // an EventSource has seen all of this log: tells it to stop
    co_return done;
  }
  done.set("Content-Type", "text/event-stream");
  done.set("Cache-Control", "no-store");
  done.set("X-Accel-Buffering", "no"); // nginx: pass it on as it comes
  done.stream = make_sse(std::move(cursor), std::move(*first), s->options.limits.heartbeat);
  co_return done;
}

net::awaitable<response> events(services_ptr s, request& r, path_arguments args) {
  auto id = research_in(args[0]);
  auto after = r.number("after", 0, 0, most_seq);
  auto limit = r.number("limit", 500, 1, 1000);
  if (!id || !after || !limit)
    co_return problem(!id ? id.error() : !after ? after.error() : limit.error(), r);
  if (names_media(r.header("Accept"), "text/event-stream"))
    co_return co_await as_sse(s, r, *id, event_seq{*after});
  auto page = co_await read_page(s, *id, event_seq{*after}, static_cast<std::uint32_t>(*limit));
  if (page && page->events.empty()) {
    auto end = co_await end_of_log(s, *id, *after);
    if (!end)
      co_return problem(end.error(), r);
    page->last = *end; // who asked beyond the end must not be told that there is something
  }
  if (!page)
    co_return problem(page.error(), r);
  auto done = json_response(encode_page(*page));
  done.set("Vary", "Accept");
  co_return done;
}

net::awaitable<void> cancel_by_client(services_ptr s, research_id id, std::string request_id) {
  cancel_research q{id, std::chrono::system_clock::now(), s->until()};
  auto row = co_await ask(*s->bridge, std::move(q));
  if (!row)
    log_line{log_level::warning, "cancel over a stream failed"}
      .with("request_id", request_id)
      .with("research_id", id.value)
      .with("error", row.error().message);
}

net::awaitable<response> stream(services_ptr s, request& r, path_arguments args) {
  auto id = research_in(args[0]);
  auto after = r.number("after", 0, 0, most_seq);
  if (!id || !after)
    co_return problem(!id ? id.error() : after.error(), r);
  if (!is_upgrade(r))
    co_return upgrade_required(r, "Connect with a WebSocket client, or GET …/events with Accept: text/event-stream.");
  auto cursor = cursor_after(*s, r, *id, event_seq{*after});
  auto first = co_await first_page(s, *id, cursor);
  if (!first)
    co_return problem(first.error(), r);
  response done;
  done.socket = make_frames(std::move(cursor), std::move(*first),
                            [s, id = *id, rid = r.id] { return cancel_by_client(s, id, rid); });
  co_return done;
}

} // namespace

void add_event_routes(router& to, const services_ptr& s) {
  to.add(verb::get, "/api/v1/research/{id}/events",
         [s](request& r, path_arguments args) { return events(s, r, std::move(args)); })
    .parameters = {"after", "limit"};
  to.add(verb::get, "/api/v1/research/{id}/stream",
         [s](request& r, path_arguments args) { return stream(s, r, std::move(args)); })
    .parameters = {"after"};
}

} // namespace troupe::gateway
