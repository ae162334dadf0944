#pragma once
/// A connection after its upgrade to a WebSocket (RFC 6455).

#include <functional>
#include <memory>

#include "gateway/http/session.hpp"

namespace troupe::gateway {

/// Accepts the upgrade and sends what `source` gives, until it ends or the client goes. Reads all the time, for pings,
/// closes and the client's messages (at most 4 KiB each). Nothing is queued here: the next frame is asked for when the
/// last was written and the kernel takes more. `set_close` is given a function that closes the socket at once, and
/// nothing when it ends.
net::awaitable<void> run_websocket(tcp_socket socket, beast::http::request<beast::http::string_body> upgrade,
                                   response answer, std::shared_ptr<frame_source> source, http_limits limits,
                                   std::function<void(std::function<void()>)> set_close);

} // namespace troupe::gateway
