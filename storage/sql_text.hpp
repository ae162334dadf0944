#pragma once
#include <cstddef>
#include <string_view>

namespace troupe::storage {

/// SQL as a literal of the program: the compiler refuses any other, so it is never built from data.
struct sql_text {
  template <std::size_t N>
  consteval sql_text(const char (&literal)[N]) : text(literal, N - 1) {} // NOLINT(google-explicit-constructor)
  std::string_view text;
};

} // namespace troupe::storage
