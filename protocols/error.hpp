#pragma once
/// Errors as values: one code for machines, one sentence of what happened, one sentence of what to do.

#include <cstdint>
#include <string>
#include <utility>

#include <caf/meta/type_name.hpp>
#include <tl/expected.hpp>

namespace troupe {

/// Every way in which a request can fail. Names are stable: they are the `code` of HTTP problems (`to_string`).
enum class errc : std::uint8_t {
  none = 0,
  invalid_argument,     ///< a value is out of its range or of the wrong form
  malformed_json,       ///< the body is not JSON
  invalid_utf8,         ///< text is not UTF-8
  unknown_field,        ///< a JSON field, parameter or configuration key nobody knows
  body_too_large,       ///< a request body beyond the limit
  unsupported_media,    ///< a media type that nothing here reads
  not_found,            ///< no such research, document, source or route
  method_not_allowed,   ///< the route exists, the method does not
  conflict,             ///< the state of the thing forbids it
  idempotency_mismatch, ///< same Idempotency-Key, another body
  path_not_allowed,     ///< a local path below no allowed root
  host_not_allowed,     ///< Host or Origin is not ours
  overloaded,           ///< a bounded queue is full; try later
  draining,             ///< this node takes no new work
  deadline_exceeded,    ///< the answer came too late to matter
  cancelled,            ///< somebody asked to stop
  fenced,               ///< a write under a lease epoch that is no longer current
  url_invalid,          ///< not an http(s) URL
  address_refused,      ///< the address is not a public one (DESIGN section 11)
  dns_failed,           ///< the name has no address
  connect_failed,       ///< nobody answered at the address
  tls_failed,           ///< certificate or handshake refused
  http_status,          ///< the server answered with a failure status
  too_many_redirects,   ///< more hops than allowed
  too_large,            ///< the page is bigger than a page may be
  robots_disallowed,    ///< robots.txt forbids it
  content_empty,        ///< nothing readable in it
  unreadable,           ///< a file that can't be read or converted
  storage_failed,       ///< the store refused or broke
  disk_full,            ///< no room left for a write
  data_locked,          ///< another process holds the data folder
  unavailable,          ///< a part of the engine is not up
  stalled,              ///< a step made no progress and was given up
  poisoned,             ///< work that ended whoever did it, given up after repeated attempts
  internal,             ///< a defect of ours
};

/// The stable name: `errc::not_found` is `"not_found"`.
const char* to_string(errc code) noexcept;
/// The code of a name; `errc::internal` for a name nobody knows.
errc errc_from(const std::string& name) noexcept;

/// What went wrong. `message`: one sentence of what; `advice`: one sentence of what to do, may be empty.
struct error {
  errc code = errc::internal;
  std::string message;
  std::string advice;
  std::uint32_t retry_after_s = 0; ///< with `overloaded`: when there is likely to be room; 0: nobody knows

  bool operator==(const error&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, error& x) {
    return f(caf::meta::type_name("error"), x.code, x.message, x.advice, x.retry_after_s);
  }
};

/// What a functional core returns.
template <class T>
using expected = tl::expected<T, error>;

/// Shorthand for a failed `expected`.
inline tl::unexpected<error> fail(errc code, std::string message, std::string advice = {}) {
  return tl::make_unexpected(error{code, std::move(message), std::move(advice)});
}

} // namespace troupe
