#include "protocols/actors/failure.hpp"

#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

#include <cstdint>
#include <string>

namespace troupe {

caf::error to_caf(const error& x) {
  return caf::error{static_cast<std::uint8_t>(x.code), error_category,
                    caf::make_message(x.message, x.advice, x.retry_after_s)};
}

error from_caf(const caf::error& x) {
  if (x.category() == error_category) {
    error result{static_cast<errc>(x.code()), {}, {}};
    if (x.context().match_elements<std::string, std::string, std::uint32_t>()) {
      result.message = x.context().get_as<std::string>(0);
      result.advice = x.context().get_as<std::string>(1);
      result.retry_after_s = x.context().get_as<std::uint32_t>(2);
    }
    return result;
  }
  if (x == caf::sec::request_timeout)
    return {errc::deadline_exceeded, "no answer came in time",
            "Try again; if it keeps happening, look at GET /api/v1/tree."};
  if (x == caf::sec::request_receiver_down || x == caf::exit_reason::kill || x == caf::exit_reason::user_shutdown)
    return {errc::unavailable, "the part of the engine that answers this is restarting", "Try again in a moment."};
  return {errc::internal, "an actor failed: " + to_string(x), "Look at the log of this node for the cause."};
}

} // namespace troupe
