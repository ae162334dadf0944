#include "gateway/cli/suggest.hpp"

#include <algorithm>

namespace troupe::cli {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t longest = 64; // beyond that nothing was mistyped
  a = a.substr(0, longest);
  b = b.substr(0, longest);
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      auto& cell = rows[i][j];
      if (i == 0 || j == 0) {
        cell = i + j;
        continue;
      }
      auto replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cell = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cell = std::min(cell, rows[i - 2][j - 2] + 1);
    }
  return rows[a.size()][b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  auto limit = std::max<std::size_t>(2, word.size() / 3);
  std::string best;
  for (const auto& candidate : candidates) {
    auto distance = edit_distance(word, candidate);
    // A beginning of the right word was cut short rather than mistyped.
    if (word.size() >= 3 && candidate.starts_with(word))
      distance = std::min<std::size_t>(distance, 1);
    if (distance <= limit && distance < candidate.size()) {
      limit = distance == 0 ? 0 : distance - 1;
      best = candidate;
      if (distance == 0)
        break;
    }
  }
  return best;
}

} // namespace troupe::cli
