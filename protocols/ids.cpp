#include "protocols/ids.hpp"

#include <algorithm>
#include <mutex>
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

namespace {

/// 80 bits, as two halves of 40.
struct tail {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

/// Random; within one millisecond one above the one before, so that ids sort as they were made.
tail next_tail(std::int64_t ms) {
  constexpr std::uint64_t half = (std::uint64_t{1} << 40) - 1;
  static std::mutex guard;
  static std::int64_t last_ms = -1;
  static tail last;
  std::lock_guard lock{guard};
  if (ms == last_ms) {
    last.low = (last.low + 1) & half;
    last.high = (last.high + (last.low == 0 ? 1 : 0)) & half;
  } else {
    last = {random_bits() & (half >> 1), random_bits() & half}; // the top bit is left for counting on
    last_ms = ms;
  }
  return last;
}

} // namespace

research_id make_research_id(std::chrono::system_clock::time_point at) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
  auto bits = next_tail(ms);
  std::string id(2 + ulid_size, '0');
  id[0] = 'r';
  id[1] = '_';
  put(id, 12, 10, static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0)));
  put(id, 20, 8, bits.high);
  put(id, 28, 8, bits.low);
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
