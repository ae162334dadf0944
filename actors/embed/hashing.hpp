#pragma once
/// Hashes whose values are stored (in vectors), so they must be the same on every platform and in every version.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe {

/// Finaliser of splitmix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
constexpr std::uint64_t mix_bits(std::uint64_t x) {
  x ^= x >> 30U;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27U;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

/// Eight bytes at a time, read as little-endian whatever the machine is, each mixed into all before it.
constexpr std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0) {
  auto load = [](const char* from, std::size_t count) {
    std::uint64_t x = 0;
    for (std::size_t i = 0; i < count; ++i)
      x |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[i])) << (8 * i);
    return x;
  };
  auto h = mix_bits(seed * 0x9e3779b97f4a7c15ULL + bytes.size() + 1);
  const auto* at = bytes.data();
  auto left = bytes.size();
  for (; left >= 8; at += 8, left -= 8)
    h = mix_bits(h ^ load(at, 8));
  return left == 0 ? h : mix_bits(h ^ load(at, left));
}

} // namespace troupe
