#pragma once
/// Near-duplicate texts by SimHash (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002).

#include <bit>
#include <cstdint>
#include <string_view>

namespace troupe {

/// 64 bits of a text's runs of three words; words are compared without ASCII case, and what separates them doesn't
/// count. Texts that share most of their runs differ in few bits. 0 for a text without words. The value is the same on
/// every machine, so that it can be stored.
std::uint64_t simhash_of(std::string_view text);

/// The hash to compare a page's text by, 0 for a text of fewer than 50 words: among short ones chance is near too.
std::uint64_t near_duplicate_key(std::string_view text);

/// Bits in which two hashes differ: 0 to 64. Unrelated texts differ in about 32.
constexpr int simhash_distance(std::uint64_t a, std::uint64_t b) noexcept { return std::popcount(a ^ b); }

/// Up to 3 of 64 bits, as Manku et al. chose for 8 billion web pages ("Detecting near-duplicates for web crawling", WWW
/// 2007). Neither key is 0.
constexpr bool near_duplicates(std::uint64_t a, std::uint64_t b) noexcept { return simhash_distance(a, b) <= 3; }

} // namespace troupe
