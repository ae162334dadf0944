// Passages to a latent space.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "actors/embed/lsa_algebra.hpp"
#include "actors/embed/lsa_model.hpp"

namespace troupe {

namespace {
constexpr std::size_t least_passages = 6;
} // namespace

void lsa_fit::add(const term_list& terms) {
  numbers_.clear();
  for (std::size_t i = 0; i < terms.size(); ++i)
    numbers_.push_back(dictionary_.intern(terms[i]));
  std::sort(numbers_.begin(), numbers_.end());
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    if (i > 0 && numbers_[i] == numbers_[i - 1])
      ++entries_.back().count;
    else
      entries_.push_back({numbers_[i], 1});
  }
  starts_.push_back(entries_.size());
}

/// Passages that hold a term: all, or so many evenly spread ones.
std::vector<std::size_t> lsa_fit::sample() const {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < passages(); ++i)
    if (starts_[i + 1] > starts_[i])
      all.push_back(i);
  if (all.size() <= options_.most_passages)
    return all;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < options_.most_passages; ++i)
    some.push_back(all[i * all.size() / options_.most_passages]);
  return some;
}

std::vector<std::uint32_t> lsa_fit::frequencies(const std::vector<std::size_t>& rows) const {
  std::vector<std::uint32_t> df(dictionary_.size(), 0);
  for (auto row : rows)
    for (auto i = starts_[row]; i < starts_[row + 1]; ++i)
      ++df[entries_[i].term];
  return df;
}

/// The terms of the sample, the most frequent ones when there are too many.
std::vector<term_number> lsa_fit::columns(const std::vector<std::uint32_t>& df) const {
  std::vector<term_number> kept;
  for (term_number t = 0; t < df.size(); ++t)
    if (df[t] > 0)
      kept.push_back(t);
  if (kept.size() <= options_.most_terms)
    return kept;
  auto last = kept.begin() + static_cast<std::ptrdiff_t>(options_.most_terms);
  std::nth_element(kept.begin(), last, kept.end(),
                   [&](auto a, auto b) { return df[a] != df[b] ? df[a] > df[b] : a < b; });
  kept.resize(options_.most_terms);
  std::sort(kept.begin(), kept.end());
  return kept;
}

/// Appends a passage as a row of length 1.
void lsa_fit::add_row(std::size_t passage, const std::vector<std::uint32_t>& column, const std::vector<float>& idf,
                      std::vector<sparse_rows::value>& to) const {
  auto begin = to.size();
  double squares = 0;
  for (auto i = starts_[passage]; i < starts_[passage + 1]; ++i) {
    auto c = column[entries_[i].term];
    if (c == no_term)
      continue;
    auto weight = (1 + std::log(static_cast<float>(entries_[i].count))) * idf[c];
    squares += static_cast<double>(weight) * static_cast<double>(weight);
    to.push_back({c, weight});
  }
  auto scale = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0F;
  for (auto i = begin; i < to.size(); ++i)
    to[i].weight *= scale;
}

expected<lsa_space> lsa_fit::fit(const std::atomic<bool>* stop) const {
  auto rows = sample();
  if (rows.size() < least_passages)
    return fail(errc::invalid_argument,
                "a latent space needs " + std::to_string(least_passages) + " passages with words", "Read more first.");
  auto df = frequencies(rows);
  auto kept = columns(df);
  std::vector<std::uint32_t> column(df.size(), no_term);
  std::vector<float> idf(kept.size());
  for (std::size_t c = 0; c < kept.size(); ++c) {
    column[kept[c]] = static_cast<std::uint32_t>(c);
    idf[c] = std::log(static_cast<float>(rows.size() + 1) / static_cast<float>(df[kept[c]]));
  }
  std::vector<sparse_rows::value> values;
  std::vector<std::size_t> starts{0};
  for (auto row : rows) {
    add_row(row, column, idf, values);
    starts.push_back(values.size());
  }
  auto rank = std::min(options_.dimensions, rows.size() / 3);
  auto found = leading_right_vectors({values, starts, kept.size()}, rank, options_.oversample, options_.iterations,
                                     options_.seed, stop);
  if (stop != nullptr && stop->load(std::memory_order_relaxed))
    return fail(errc::cancelled, "nobody wants this space any more", {});
  lsa_space space;
  space.dimensions_ = found.rank;
  space.fitted_on_ = rows.size();
  for (std::size_t c = 0; c < kept.size(); ++c) {
    std::span<const float> row{found.components.data() + c * found.rank, found.rank};
    double squares = 0;
    for (auto x : row)
      squares += static_cast<double>(x) * static_cast<double>(x);
    auto small = quantise(row); // at length 1
    small.scale *= static_cast<float>(std::sqrt(squares));
    space.add_term(dictionary_.term(kept[c]), idf[c], small);
  }
  space.finish();
  return space;
}

} // namespace troupe
