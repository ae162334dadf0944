#pragma once
/// A research's events as server-sent events (WHATWG HTML, section 9.2): `id:` is the seq, `data:` the event.

#include <memory>

#include "gateway/http/message.hpp"
#include "gateway/stream/event_cursor.hpp"

namespace troupe::gateway {

/// Sends `first`, then what follows; a comment after each `heartbeat` of silence; ends after the final event.
std::unique_ptr<body_source> make_sse(event_cursor cursor, page_ptr first, std::chrono::milliseconds heartbeat);

/// One event; a client that reconnects sends the seq back as `Last-Event-ID`.
void append_sse(std::string& out, const shared_page::event& x);

/// `Last-Event-ID`: a seq. Anything else is nothing.
std::optional<std::uint64_t> parse_last_event_id(std::string_view s) noexcept;

} // namespace troupe::gateway
