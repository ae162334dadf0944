#include "protocols/research.hpp"

#include <array>
#include <string_view>

namespace troupe {

namespace {

constexpr std::array<std::string_view, 6> statuses{"queued", "running", "done", "partial", "failed", "cancelled"};
constexpr std::array<std::string_view, 4> priorities{"interactive", "standard", "batch", "background"};
constexpr std::array<std::string_view, 2> kinds{"research", "ingest"};
constexpr std::array<std::string_view, 8> phases{"queued", "plan",  "gather", "read",
                                                 "answer", "write", "verify", "ended"};

template <std::size_t N, class Enum>
const char* name_of(const std::array<std::string_view, N>& names, Enum x) noexcept {
  auto i = static_cast<std::size_t>(x);
  return i < N ? names[i].data() : "unknown";
}

template <std::size_t N, class Enum>
bool find_name(const std::array<std::string_view, N>& names, const std::string& s, Enum& x) noexcept {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == s) {
      x = static_cast<Enum>(i);
      return true;
    }
  return false;
}

} // namespace

const char* to_string(research_status x) noexcept { return name_of(statuses, x); }
const char* to_string(priority_class x) noexcept { return name_of(priorities, x); }
const char* to_string(research_kind x) noexcept { return name_of(kinds, x); }
const char* to_string(research_phase x) noexcept { return name_of(phases, x); }
bool from_string(const std::string& s, research_status& x) noexcept { return find_name(statuses, s, x); }
bool from_string(const std::string& s, priority_class& x) noexcept { return find_name(priorities, s, x); }
bool from_string(const std::string& s, research_kind& x) noexcept { return find_name(kinds, s, x); }
bool from_string(const std::string& s, research_phase& x) noexcept { return find_name(phases, s, x); }

} // namespace troupe
