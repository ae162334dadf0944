// What the WebSocket addresses have in common.
#include "gateway/api/services.hpp"

namespace troupe::gateway {

bool is_upgrade(const request& r) {
  return same_text(r.header("Upgrade"), "websocket") && !r.header("Sec-WebSocket-Key").empty()
         && r.header("Sec-WebSocket-Version") == "13";
}

response upgrade_required(const request& r, std::string advice) {
  auto answer = problem_response(
    {errc::invalid_argument, "this address speaks WebSocket (RFC 6455) only", std::move(advice)}, r.id, 426);
  answer.set("Upgrade", "websocket");
  return answer;
}

} // namespace troupe::gateway
