#pragma once
/// The bridge from a coroutine: `co_await ask(bridge, request)`.

#include <boost/asio/awaitable.hpp>

#include "gateway/actor_bridge.hpp"

namespace troupe::gateway {

namespace net = boost::asio;

/// Sends `request` to the actor that answers it and resumes on the awaiting coroutine's own executor. Takes at most
/// until the request's `until`, plus one tick. Instantiated in `bridge_ask.cpp` for every request of the bridge.
template <class Request>
net::awaitable<expected<answer_of<Request>>> ask(actor_bridge& bridge, Request request);

#define TROUPE_DECLARE(request)                                                                                        \
  extern template net::awaitable<expected<answer_of<request>>> ask<request>(actor_bridge&, request);
TROUPE_BRIDGE_REQUESTS(TROUPE_DECLARE)
#undef TROUPE_DECLARE

} // namespace troupe::gateway
