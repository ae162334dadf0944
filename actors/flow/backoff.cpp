#include "actors/flow/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

backoff::backoff(backoff_options options, std::uint64_t seed) noexcept
  : options_(options), random_(seed * 0x9e3779b97f4a7c15ull + 1) {
  options_.jitter = std::clamp(options_.jitter, 0.0, 1.0);
  options_.factor = std::max(options_.factor, 1.0);
}

std::chrono::milliseconds backoff::next() noexcept {
  auto limit = static_cast<double>(options_.limit.count());
  auto grown = static_cast<double>(options_.first.count()) * std::pow(options_.factor, tries_);
  auto wait = std::min(limit, grown); // an overflow to infinity ends here as well
  if (tries_ < 1000)
    ++tries_;
  // splitmix64 (Steele, Lea, Flood 2014): one multiply-xor chain a draw, no state beyond a word.
  random_ += 0x9e3779b97f4a7c15ull;
  auto z = random_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  z ^= z >> 31;
  auto unit = static_cast<double>(z >> 11) * 0x1.0p-53;
  return std::chrono::milliseconds{std::llround(wait * (1.0 - options_.jitter * unit))};
}

} // namespace troupe
