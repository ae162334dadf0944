#pragma once
/// Points in time: wall-clock stamps for people, steady deadlines for machines.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <caf/meta/type_name.hpp>

namespace troupe {

/// Wall-clock time (UTC), what is stored and shown.
using timestamp = std::chrono::system_clock::time_point;

/// Days since the Unix epoch of a calendar date `YYYY-MM-DD`; empty when it is none.
inline std::optional<std::int32_t> parse_day(std::string_view x) {
  constexpr std::string_view shape = "dddd-dd-dd";
  if (x.size() != shape.size())
    return std::nullopt;
  std::int32_t number[3] = {0, 0, 0};
  std::size_t part = 0;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == '-' ? x[i] != '-' : x[i] < '0' || x[i] > '9')
      return std::nullopt;
    else if (shape[i] == '-')
      ++part;
    else
      number[part] = 10 * number[part] + (x[i] - '0');
  std::chrono::year_month_day date{std::chrono::year{number[0]}, std::chrono::month{static_cast<unsigned>(number[1])},
                                   std::chrono::day{static_cast<unsigned>(number[2])}};
  if (!date.ok())
    return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

inline std::int32_t days_since_epoch(timestamp x) {
  return static_cast<std::int32_t>(std::chrono::floor<std::chrono::days>(x).time_since_epoch().count());
}

/// An absolute point after which nobody wants the answer any more. Held on the steady clock, so that a stepped wall
/// clock changes nothing; between nodes it travels as the time left.
struct deadline {
  std::chrono::steady_clock::time_point at{};

  static deadline in(std::chrono::steady_clock::duration d) { return {std::chrono::steady_clock::now() + d}; }
  [[nodiscard]] std::chrono::steady_clock::duration left() const { return at - std::chrono::steady_clock::now(); }
  [[nodiscard]] bool passed() const { return left() <= std::chrono::steady_clock::duration::zero(); }
  /// The earlier of this and `d` from now.
  [[nodiscard]] deadline within(std::chrono::steady_clock::duration d) const {
    auto other = in(d);
    return other.at < at ? other : *this;
  }
  auto operator<=>(const deadline&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, deadline& x) {
    if constexpr (Inspector::reads_state) {
      auto left = static_cast<std::int64_t>(std::chrono::nanoseconds(x.left()).count());
      return f(caf::meta::type_name("deadline"), left);
    } else {
      std::int64_t left = 0;
      auto done = f(caf::meta::type_name("deadline"), left);
      x = in(std::chrono::nanoseconds(left));
      return done;
    }
  }
};

} // namespace troupe
