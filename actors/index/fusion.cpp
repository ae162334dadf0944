#include "actors/index/fusion.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace troupe {

namespace {

struct weighted_leg {
  leg_score candidate::*score;
  double weight;
};

/// Those that scored something, with weights that add up to 1.
std::vector<weighted_leg> legs_of(const std::vector<candidate>& candidates, const leg_weights& weights) {
  std::vector<weighted_leg> result;
  double sum = 0;
  for (auto leg : {weighted_leg{&candidate::lexical, weights.lexical},
                   {&candidate::latent, weights.latent},
                   {&candidate::hashed, weights.hashed}})
    if (leg.weight > 0
        && std::any_of(candidates.begin(), candidates.end(), [&](const auto& c) { return (c.*leg.score).known; })) {
      result.push_back(leg);
      sum += leg.weight;
    }
  for (auto& leg : result)
    leg.weight /= sum;
  return result;
}

/// 1 for all when all are equal: each is the best of its leg.
void add_normalised(std::vector<candidate>& candidates, const weighted_leg& leg) {
  auto low = std::numeric_limits<double>::infinity();
  auto high = -low;
  for (const auto& c : candidates)
    if (const auto& x = c.*leg.score; x.known) {
      low = std::min(low, static_cast<double>(x.raw));
      high = std::max(high, static_cast<double>(x.raw));
    }
  for (auto& c : candidates)
    if (const auto& x = c.*leg.score; x.known)
      c.fused += leg.weight * (high > low ? (static_cast<double>(x.raw) - low) / (high - low) : 1.0);
}

void add_ranks(std::vector<candidate>& candidates, const weighted_leg& leg) {
  constexpr double flat = 60; // as its authors have it
  std::vector<candidate*> order;
  for (auto& c : candidates)
    if ((c.*leg.score).known)
      order.push_back(&c);
  std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
    auto x = (a->*leg.score).raw;
    auto y = (b->*leg.score).raw;
    return x != y ? x > y : a->at < b->at;
  });
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i]->fused += leg.weight * (flat + 1) / (flat + 1 + static_cast<double>(i));
}

} // namespace

leg_weights weights_for(const fusion_choice& choice, std::size_t terms) {
  auto share = static_cast<double>(std::clamp(terms, brief_terms, wordy_terms) - brief_terms)
               / static_cast<double>(wordy_terms - brief_terms);
  auto between = [share](double brief, double wordy) { return brief + share * (wordy - brief); };
  return {between(choice.brief.lexical, choice.wordy.lexical), between(choice.brief.latent, choice.wordy.latent),
          between(choice.brief.hashed, choice.wordy.hashed)};
}

void fuse(std::vector<candidate>& candidates, const leg_weights& weights, fusion_method how) {
  for (auto& c : candidates)
    c.fused = 0;
  for (const auto& leg : legs_of(candidates, weights)) {
    if (how == fusion_method::convex)
      add_normalised(candidates, leg);
    else
      add_ranks(candidates, leg);
  }
  sort_best_first(candidates);
}

void sort_best_first(std::span<candidate> candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const candidate& a, const candidate& b) {
    return a.fused != b.fused ? a.fused > b.fused : a.at < b.at;
  });
}

std::vector<candidate> unite(std::span<const scored_slot> lexical, std::span<const scored_slot> second,
                             leg_score candidate::*leg) {
  std::vector<candidate> result;
  result.reserve(lexical.size() + second.size());
  for (auto x : lexical) {
    result.emplace_back().at = x.at;
    result.back().lexical = {true, x.score};
  }
  for (auto x : second) {
    result.emplace_back().at = x.at;
    result.back().*leg = {true, x.score};
  }
  std::sort(result.begin(), result.end(), [&](const candidate& a, const candidate& b) {
    return a.at != b.at ? a.at < b.at : a.lexical.known > b.lexical.known;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (kept > 0 && result[kept - 1].at == result[i].at)
      result[kept - 1].*leg = result[i].*leg;
    else
      result[kept++] = result[i];
  }
  result.resize(kept);
  return result;
}

} // namespace troupe
