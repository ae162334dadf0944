#pragma once
/// A research's events as WebSocket frames: one event a text frame; `{"type":"cancel"}` from the client cancels.

#include <functional>
#include <memory>

#include "gateway/http/message.hpp"
#include "gateway/stream/event_cursor.hpp"

namespace troupe::gateway {

/// Sends `first`, then what follows; closes 1000 after the final event, 1001 when the server stops, 1003 and 1008 when
/// the client sends what is no text or no message known here, 1011 when the log can't be read. `cancel` is awaited when
/// the client asks for it.
std::unique_ptr<frame_source> make_frames(event_cursor cursor, page_ptr first,
                                          std::function<net::awaitable<void>()> cancel);

/// RFC 6455, section 7.4.
enum class close_code : std::uint16_t {
  going_away = 1001,
  not_understood = 1003,
  policy_violation = 1008,
  server_error = 1011,
};
/// The end of a WebSocket; a control frame holds 125 bytes (section 5.5), so a longer reason is cut.
outgoing_frame closing(close_code code, const std::string& reason);

/// Whether a client's message is `{"type":"cancel"}`.
bool asks_cancel(std::string_view message);

} // namespace troupe::gateway
