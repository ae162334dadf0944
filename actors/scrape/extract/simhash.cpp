#include "actors/scrape/extract/simhash.hpp"

#include <array>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t run_words = 3;

/// The finalizer of SplitMix64 (Steele et al., 2014): every bit of `x` reaches every bit of the result.
constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/// FNV-1a of one word, ASCII letters in lower case.
constexpr std::uint64_t hash_of(std::string_view word) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (char c : word)
    hash = (hash ^ static_cast<unsigned char>(to_lower(c))) * 0x100000001B3u;
  return hash;
}

constexpr bool in_word(char c) noexcept { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

class bit_votes {
public:
  void add(std::uint64_t hash) {
    for (std::size_t i = 0; i < votes_.size(); ++i)
      votes_[i] += (hash >> i) & 1 ? 1 : -1;
  }

  [[nodiscard]] std::uint64_t majority() const {
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < votes_.size(); ++i)
      result |= votes_[i] > 0 ? std::uint64_t{1} << i : 0;
    return result;
  }

private:
  std::array<std::int64_t, 64> votes_{};
};

struct hashed_text {
  std::uint64_t value = 0;
  std::size_t words = 0;
};

hashed_text hashed(std::string_view text) {
  bit_votes votes;
  std::array<std::uint64_t, run_words> last{}; // hashes of the words before, 0 where there were none
  std::size_t words = 0;
  auto note = [&](std::string_view word) {
    last = {last[1], last[2], hash_of(word)};
    if (++words >= run_words)
      votes.add(mixed(last[0] + mixed(last[1] + mixed(last[2]))));
  };
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && in_word(text[end]))
      ++end;
    if (end > at)
      note(text.substr(at, end - at));
    at = end + 1;
  }
  if (words > 0 && words < run_words)
    return {mixed(last[0] + mixed(last[1] + mixed(last[2]))), words};
  return {votes.majority(), words};
}

} // namespace

std::uint64_t simhash_of(std::string_view text) { return hashed(text).value; }

std::uint64_t near_duplicate_key(std::string_view text) {
  constexpr std::size_t fewest_words = 50;
  auto found = hashed(text);
  return found.words < fewest_words ? 0 : found.value;
}

} // namespace troupe
