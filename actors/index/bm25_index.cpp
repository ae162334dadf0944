#include "actors/index/bm25_index.hpp"

#include <algorithm>
#include <cmath>

#include "actors/embed/analyzer.hpp"

namespace troupe {

namespace {

constexpr std::size_t tabled_lengths = 4096;

void put_varint(std::vector<std::uint8_t>& out, std::uint32_t x) {
  for (; x >= 0x80; x >>= 7U)
    out.push_back(static_cast<std::uint8_t>(x | 0x80U));
  out.push_back(static_cast<std::uint8_t>(x));
}

const std::uint8_t* get_varint(const std::uint8_t* at, std::uint32_t& x) {
  x = *at & 0x7FU;
  for (unsigned shift = 7; (*at++ & 0x80U) != 0; shift += 7)
    x |= (*at & 0x7FU) << shift;
  return at;
}

} // namespace

void bm25_index::count_terms(const term_list& terms) {
  counts_terms_.clear();
  for (std::size_t i = 0; i < terms.size(); ++i)
    counts_terms_.push_back(dictionary_.intern(terms[i]));
  std::sort(counts_terms_.begin(), counts_terms_.end());
  counts_.clear();
  for (auto t : counts_terms_) {
    if (!counts_.empty() && counts_.back().first == t)
      ++counts_.back().second;
    else
      counts_.emplace_back(t, 1);
  }
}

/// Bit 0 of the delta says that the frequency is 1, as it mostly is.
void bm25_index::append(postings& p, slot at, std::uint32_t tf) {
  auto delta = p.count == 0 ? at : at - p.last;
  put_varint(p.bytes, delta << 1U | (tf == 1 ? 1U : 0U));
  if (tf != 1)
    put_varint(p.bytes, tf);
  p.last = at;
  ++p.count;
}

template <class F>
void bm25_index::each_posting(const postings& p, F&& f) {
  slot at = 0;
  const auto* from = p.bytes.data();
  for (std::uint32_t i = 0; i < p.count; ++i) {
    std::uint32_t delta = 0;
    std::uint32_t tf = 1;
    from = get_varint(from, delta);
    if ((delta & 1U) == 0)
      from = get_varint(from, tf);
    at += delta >> 1U;
    f(at, tf);
  }
}

void bm25_index::add(slot at, const term_list& terms) {
  if (at >= lengths_.size())
    lengths_.resize(at + 1, 0);
  if (terms.empty())
    return;
  count_terms(terms);
  if (postings_.size() < dictionary_.size())
    postings_.resize(dictionary_.size());
  for (auto [term, tf] : counts_) {
    append(postings_[term], at, tf);
    ++postings_[term].df;
  }
  lengths_[at] = static_cast<std::uint32_t>(terms.size());
  total_length_ += terms.size();
  ++live_;
  norms_stale_ = true;
}

void bm25_index::remove(slot at, const term_list& terms) {
  if (at >= lengths_.size() || lengths_[at] == 0)
    return;
  count_terms(terms);
  if (postings_.size() < dictionary_.size())
    postings_.resize(dictionary_.size());
  for (const auto& [term, tf] : counts_)
    if (postings_[term].df > 0)
      --postings_[term].df;
  total_length_ -= lengths_[at];
  lengths_[at] = 0;
  --live_;
  norms_stale_ = true;
  if (++dead_ > std::max<std::size_t>(1024, live_ / 4))
    purge();
}

void bm25_index::purge() {
  for (auto& p : postings_) {
    if (p.count == p.df)
      continue;
    postings kept;
    kept.df = p.df;
    each_posting(p, [&](slot at, std::uint32_t tf) {
      if (lengths_[at] != 0)
        append(kept, at, tf);
    });
    kept.bytes.shrink_to_fit();
    p = std::move(kept);
  }
  dead_ = 0;
}

std::uint32_t bm25_index::frequency(std::string_view term) const {
  auto t = dictionary_.find(term);
  return t == no_term || t >= postings_.size() ? 0 : postings_[t].df;
}

std::vector<bm25_index::weighted_term> bm25_index::weigh(const term_list& query) {
  std::vector<weighted_term> result;
  auto n = static_cast<double>(live_);
  for (std::size_t i = 0; i < query.size(); ++i) {
    auto t = dictionary_.find(query[i]);
    if (t == no_term || t >= postings_.size() || postings_[t].df == 0)
      continue;
    auto df = static_cast<double>(postings_[t].df);
    auto idf = static_cast<float>(std::log(1.0 + (n - df + 0.5) / (df + 0.5)));
    auto same = std::find_if(result.begin(), result.end(), [t](const auto& x) { return x.term == t; });
    if (same != result.end())
      same->weight += idf;
    else
      result.push_back({t, idf});
  }
  return result;
}

void bm25_index::prepare_norms() {
  if (!norms_stale_)
    return;
  norms_.resize(tabled_lengths);
  auto average = live_ == 0 ? 1.0F : static_cast<float>(total_length_) / static_cast<float>(live_);
  for (std::size_t i = 0; i < norms_.size(); ++i)
    norms_[i] = parameters_.k1 * (1 - parameters_.b + parameters_.b * static_cast<float>(i) / average);
  norms_stale_ = false;
}

void bm25_index::accumulate(const weighted_term& term, const slot_set* only) {
  each_posting(postings_[term.term], [&](slot at, std::uint32_t tf) {
    auto length = lengths_[at];
    if (length == 0 || (only != nullptr && !only->contains(at)))
      return;
    auto norm = norms_[std::min<std::size_t>(length, tabled_lengths - 1)];
    auto f = static_cast<float>(tf);
    if (scores_[at] == 0)
      touched_.push_back(at);
    scores_[at] += term.weight * f / (f + norm);
  });
}

std::vector<scored_slot> bm25_index::search(const term_list& query, std::size_t k, const slot_set* only) {
  auto terms = weigh(query);
  if (terms.empty() || k == 0)
    return {};
  prepare_norms();
  scores_.resize(lengths_.size(), 0);
  touched_.clear();
  for (const auto& t : terms)
    accumulate(t, only);
  best_slots best{k};
  for (auto at : touched_) {
    if (best.keeps(scores_[at]))
      best.offer({at, scores_[at]});
    scores_[at] = 0;
  }
  return best.take();
}

} // namespace troupe
