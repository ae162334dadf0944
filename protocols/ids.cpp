#include "protocols/ids.hpp"

#include <algorithm>
#include <random>

namespace troupe {

namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t ulid_size = 26;

std::uint64_t random_bits() {
  thread_local std::mt19937_64 engine{[] {
    std::random_device seed;
    return (static_cast<std::uint64_t>(seed()) << 32) ^ seed();
  }()};
  return engine();
}

/// Writes the `digits` lowest base-32 digits of `x` before `end`.
void put(std::string& out, std::size_t end, std::size_t digits, std::uint64_t x) {
  for (std::size_t i = 0; i < digits; ++i, x >>= 5)
    out[end - 1 - i] = crockford[x & 31];
}

} // namespace

research_id make_research_id(std::chrono::system_clock::time_point at) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
  std::string id(2 + ulid_size, '0');
  id[0] = 'r';
  id[1] = '_';
  put(id, 12, 10, static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0)));
  put(id, 20, 8, random_bits());
  put(id, 28, 8, random_bits());
  return research_id{std::move(id)};
}

bool is_research_id(std::string_view s) noexcept {
  return s.size() == 2 + ulid_size && s.starts_with("r_")
         && s.substr(2).find_first_not_of(crockford) == std::string_view::npos;
}

bool is_document_id(std::string_view s) noexcept {
  return s.size() == 64 && s.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace troupe
