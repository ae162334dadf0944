#pragma once
/// Points in time: wall-clock stamps for people, steady deadlines for machines.

#include <chrono>
#include <cstdint>

#include <caf/meta/type_name.hpp>

namespace troupe {

/// Wall-clock time (UTC), what is stored and shown.
using timestamp = std::chrono::system_clock::time_point;

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
