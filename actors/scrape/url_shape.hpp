#pragma once
/// The pattern an address was made by, so that endless generators (calendars, session ids, facets, growing paths) can
/// be bounded: numbers, dates and tokens are blanked out, what is left over is the shape.

#include <cstdint>
#include <string_view>

#include "actors/egress/url.hpp"

namespace troupe {

enum class shape_kind : std::uint8_t {
  plain,    ///< no varying part: never bounded
  numbered, ///< numbers vary: `/page/17`, or the value of one parameter
  query,    ///< the values of several parameters vary
  dated,    ///< dates vary: `/2031/05/`, `?month=5`
  token,    ///< something like a session id varies
};

/// Pages taken of one shape, for each kind.
struct shape_limits {
  std::uint32_t numbered = 200;
  std::uint32_t query = 50;
  std::uint32_t dated = 12;
  std::uint32_t token = 5;
  std::uint32_t one_path = 300; ///< pages that differ in their query only, whatever its parameters
  std::uint32_t max_url = 1024;
  std::uint32_t max_parameters = 8;
  std::uint32_t max_segments = 20;
  std::uint32_t max_same_segment = 2; ///< a path segment may occur this often

  [[nodiscard]] std::uint32_t of(shape_kind kind) const noexcept;
};

struct url_shape {
  shape_kind kind = shape_kind::plain;
  std::uint64_t key = 0;      ///< the same for addresses of the same shape; 0 for `plain`
  std::uint64_t path_key = 0; ///< the same for addresses of the same path; 0 without a query
};

/// The shape of an http(s) address.
url_shape shape_of(const url& x);
/// Whether the address alone shows that something went wrong: too long, too many parameters, a path that repeats
/// itself.
bool malformed_by_trap(const url& x, std::size_t length, const shape_limits& limits);
/// Whether the name says that there is no text behind it: pictures, archives, style sheets and the like.
bool unreadable_by_name(const url& x);
/// A 64-bit hash (FNV-1a with a final mix), the same on every machine.
std::uint64_t text_key(std::string_view text) noexcept;

} // namespace troupe
