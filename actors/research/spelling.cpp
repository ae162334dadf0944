#include "actors/research/spelling.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace troupe {

namespace {

constexpr std::size_t shortest = 6; // bytes; shorter words are near to too many others
constexpr std::size_t longest = 24;
constexpr std::size_t long_word = 9; // two mistakes are allowed from here on
constexpr std::size_t shortest_root = 6;
constexpr double root_share = 0.7; // of the longer word

bool plain_letters(std::string_view w) {
  return std::all_of(w.begin(), w.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

} // namespace

bool nearly_same(std::string_view a, std::string_view b) {
  if (a.size() > b.size())
    std::swap(a, b);
  auto allowed = b.size() >= long_word ? 2u : 1u;
  if (a.size() < shortest || b.size() > longest || b.size() - a.size() > allowed || a[0] != b[0] || !plain_letters(a)
      || !plain_letters(b))
    return false;
  using row = std::array<std::size_t, longest + 1>;
  row before{}; // of the line before the last: for swapped letters
  row last{};
  row next{};
  std::iota(last.begin(), last.end(), 0u);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);
      next[j] = std::min({changed, last[j] + 1, next[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before = last;
    last = next;
  }
  return last[b.size()] <= allowed;
}

bool same_root(std::string_view a, std::string_view b) {
  auto longer = std::max(a.size(), b.size());
  auto end = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
  auto shared = static_cast<std::size_t>(end.first - a.begin());
  return shared >= shortest_root && static_cast<double>(shared) >= root_share * static_cast<double>(longer)
         && plain_letters(a) && plain_letters(b);
}

} // namespace troupe
