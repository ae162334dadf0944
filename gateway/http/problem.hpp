#pragma once
/// Errors as HTTP problems (RFC 9457), by one table.

#include "gateway/http/message.hpp"

namespace troupe::gateway {

struct problem_kind {
  unsigned status;
  const char* title;
};

/// Status and title of an error code.
problem_kind problem_of(errc code) noexcept;

/// `application/problem+json` with `type, title, status, detail, code, advice?, retry_after_s?, request_id`. `status`
/// other than 0 replaces the table's (406, 431 and the like have no code of their own). Overload and unavailability
/// carry `Retry-After`, with what the error says or else a usual value.
response problem_response(const error& x, std::string_view request_id, unsigned status = 0);

/// The standard phrase of a status.
const char* status_phrase(unsigned status) noexcept;

} // namespace troupe::gateway
