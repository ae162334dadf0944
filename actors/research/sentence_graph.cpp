#include "actors/research/sentence_graph.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace troupe {

namespace {

constexpr double link_at_least = 0.1; // cosine; less is chance (the threshold of the paper)
constexpr double follow_links = 0.85; // instead of starting again anywhere
constexpr int most_steps = 50;
constexpr double settled = 1e-6; // sum of what a step changes

} // namespace

sentence_graph::sentence_graph(const std::vector<std::vector<std::string>>& sentences) : given_(sentences.size()) {
  auto n = std::min(given_, most_sentences);
  std::map<std::string, std::uint32_t> ids; // in the order of the words, so that sums are the same on each run
  std::vector<std::map<std::string, double>> counts(n);
  std::map<std::string, double> held_by;
  for (std::size_t i = 0; i < n; ++i) {
    for (auto& t : sentences[i])
      counts[i][t] += 1;
    for (auto& [t, count] : counts[i])
      held_by[t] += 1;
    auto first = std::find(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(i), counts[i]);
    same_as_.push_back(static_cast<std::size_t>(first - counts.begin()));
  }
  for (auto& [t, held] : held_by)
    ids.emplace(t, static_cast<std::uint32_t>(ids.size()));
  for (auto& count : counts) {
    sparse row;
    double square = 0;
    for (auto& [t, tf] : count) {
      auto w = tf * std::log(1 + static_cast<double>(n) / held_by[t]);
      row.emplace_back(ids[t], w);
      square += w * w;
    }
    for (auto& [t, w] : row)
      w /= std::sqrt(square);
    rows_.push_back(std::move(row));
  }
}

double sentence_graph::alike(std::size_t a, std::size_t b) const {
  if (a >= rows_.size() || b >= rows_.size())
    return 0;
  double sum = 0;
  auto i = rows_[a].begin();
  auto j = rows_[b].begin();
  while (i != rows_[a].end() && j != rows_[b].end()) {
    if (i->first == j->first)
      sum += (i++)->second * (j++)->second;
    else
      i->first < j->first ? ++i : ++j;
  }
  return std::min(sum, 1.0);
}

/// Rows that add up to 1, or are empty of links.
std::vector<std::vector<double>> sentence_graph::links() const {
  auto n = rows_.size();
  std::vector<std::vector<double>> out(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (auto x = alike(i, j); same_as_[i] == i && same_as_[j] == j && x >= link_at_least)
        out[i][j] = out[j][i] = x;
  for (auto& row : out) {
    double sum = 0;
    for (auto x : row)
      sum += x;
    for (auto& x : row)
      x = sum > 0 ? x / sum : 0;
  }
  return out;
}

std::vector<double> sentence_graph::centrality() const {
  auto n = rows_.size();
  auto link = links();
  auto even = n == 0 ? 0 : 1 / static_cast<double>(n);
  std::vector<double> now(n, even);
  for (int step = 0; step < most_steps; ++step) {
    std::vector<double> next(n, (1 - follow_links) * even);
    double change = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        next[j] += follow_links * now[i] * link[i][j];
    for (std::size_t i = 0; i < n; ++i)
      change += std::abs(next[i] - now[i]);
    now = std::move(next);
    if (change < settled)
      break;
  }
  auto least = (1 - follow_links) * even;
  double most = 0;
  for (auto x : now)
    most = std::max(most, x - least);
  std::vector<double> out(given_);
  for (std::size_t i = 0; i < n; ++i)
    out[i] = most > settled ? std::max(0.0, now[same_as_[i]] - least) / most : 0;
  return out;
}

} // namespace troupe
