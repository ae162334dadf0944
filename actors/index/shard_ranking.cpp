// How a shard ranks: whom its legs name, one score out of theirs, a second look, and what speaks for a passage besides.
#include <algorithm>

#include "actors/index/boosts.hpp"
#include "actors/index/feedback.hpp"
#include "actors/index/index_shard.hpp"

namespace troupe {

namespace {

constexpr std::size_t lexical_depth = 1000; ///< of which fusion chooses
constexpr std::size_t latent_depth = 1000;
constexpr std::size_t hashed_depth = 100; ///< before there is a latent space
constexpr std::size_t hit_limit = 1000;

} // namespace

/// Whom the legs that look for themselves name. Hashed vectors do so only while there is no latent space, or when it
/// knows no word of the query.
std::vector<candidate> index_shard::gather(const shard_query& query, const std::vector<float>& hashed,
                                           const slot_set* only) {
  auto k = std::min(query.k, hit_limit);
  std::vector<scored_slot> lexical;
  if (query.mode != search_mode::vector)
    lexical = lexical_.search(terms_, query.mode == search_mode::lexical ? k : lexical_depth, only);
  if (query.mode == search_mode::lexical)
    return unite(lexical, {}, &candidate::latent);
  if (latent_)
    if (auto place = latent_->space->place(terms_); place.scale > 0) {
      auto wide = expand(place);
      auto result = unite(lexical, latent_->places.search(wide, latent_depth, only), &candidate::latent);
      auto query_place = widen(wide);
      for (auto& c : result)
        if (!c.latent.known && latent_->places.has(c.at))
          c.latent = {true, latent_->places.score(c.at, query_place)};
      return result;
    }
  std::vector<scored_slot> nearest;
  if (!hashed.empty())
    nearest = vectors_.search(hashed, query.mode == search_mode::vector ? k : std::max(k, hashed_depth), only);
  if (query.mode == search_mode::hybrid && lexical.empty())
    std::erase_if(nearest, [this](auto& x) { return static_cast<double>(x.score) < options_.least_alone; });
  return unite(lexical, nearest, &candidate::hashed);
}

/// Scores the candidates anew by vectors that lean towards the best of them. No passage comes in by that.
void index_shard::look_again(std::vector<candidate>& found, const std::vector<float>& hashed) const {
  auto place = expand(latent_->space->place(terms_));
  leaning latent_mean{place.size()};
  leaning hashed_mean{hashed.size()};
  for (const auto& c : std::span{found}.first(std::min(found.size(), feedback_depth))) {
    if (c.latent.known)
      latent_mean.towards(expand(latent_->places.at(c.at)), c.fused);
    if (c.hashed.known)
      hashed_mean.towards(options_.weigh_components ? weights_.weigh(vectors_.at(c.at)) : expand(vectors_.at(c.at)),
                          c.fused);
  }
  auto wide_place = widen(latent_mean.from(std::move(place)));
  auto wide_hashed = widen(hashed_mean.from(hashed));
  for (auto& c : found) {
    if (c.latent.known)
      c.latent.raw = latent_->places.score(c.at, wide_place);
    if (c.hashed.known)
      c.hashed.raw = vectors_.score(c.at, wide_hashed);
  }
}

/// Lifts the best of a ranking by what else speaks for them. Their scores stay within 0..1.
void index_shard::boost(std::vector<candidate>& found, const boost_weights& weights) const {
  if (weights.most() <= 0)
    return;
  auto top = std::span{found}.first(std::min(found.size(), boosted_depth));
  std::map<slot, candidate*> by_slot;
  std::vector<slot> slots;
  std::optional<std::int32_t> newest;
  for (auto& c : top)
    by_slot.emplace(c.at, &c);
  for (auto& [at, c] : by_slot) {
    slots.push_back(at);
    newest = std::max(newest, facts_.published(owners_[at]));
  }
  query_shape shape{terms_, lexical_.statistics(terms_)};
  lexical_.each_place(terms_, slots, [&](slot at, const term_places& places) {
    by_slot.at(at)->fused += weights.phrases * shape.phrases(places) + weights.heading * shape.heading(places)
                             + weights.freshness * freshness(facts_.published(owners_[at]), newest);
  });
  for (auto& c : found)
    c.fused /= 1 + weights.most();
  sort_best_first(top);
}

/// The best `k`, in the order in which somebody should read them. Copies are told by their hashed vectors, which hold
/// words and parts of words.
void index_shard::vary(std::vector<candidate>& found, std::size_t k, const variety& how) const {
  limit_documents(found, how.most_a_document, owners_);
  found.resize(std::min(found.size(), k));
  if (how.novelty <= 0)
    return;
  auto top = std::span{found}.first(std::min(found.size(), varied_depth));
  std::vector<double> scores;
  std::vector<wide_query> vectors;
  for (const auto& c : top) {
    scores.push_back(c.fused);
    vectors.push_back(vectors_.has(c.at) ? widen(expand(vectors_.at(c.at))) : wide_query{});
  }
  auto before = found;
  auto order = troupe::vary(scores, how.novelty, [&](auto a, auto b) {
    auto both = !vectors[a].values.empty() && vectors_.has(before[b].at);
    return both ? likeness_of(static_cast<double>(vectors_.score(before[b].at, vectors[a]))) : 0;
  });
  for (std::size_t i = 0; i < order.size(); ++i)
    top[i] = before[order[i]];
}

std::vector<candidate> index_shard::rank(const shard_query& query, const slot_set* only) {
  std::vector<float> hashed;
  if (query.vector != nullptr && query.mode != search_mode::lexical)
    hashed = options_.weigh_components ? weights_.weigh(*query.vector) : expand(*query.vector);
  terms_.clear();
  auto terms = analyze_query(query.text, terms_);
  auto result = gather(query, hashed, only);
  if (!hashed.empty()) {
    auto wide = widen(hashed);
    for (auto& c : result)
      if (!c.hashed.known && vectors_.has(c.at))
        c.hashed = {true, vectors_.score(c.at, wide)};
  }
  const auto& choice = query.fusion != nullptr ? *query.fusion : options_.fusion;
  auto shares = weights_for(choice, terms);
  if (query.mode == search_mode::vector)
    shares.lexical = 0;
  if (query.mode == search_mode::lexical)
    shares = {1, 0, 0};
  fuse(result, shares, choice.how);
  if (query.mode == search_mode::hybrid) {
    if (latent_) {
      look_again(result, hashed);
      fuse(result, shares, choice.how);
    }
    boost(result, choice.boosts);
    if (query.varied != nullptr)
      vary(result, std::min(query.k, hit_limit), *query.varied);
  }
  result.resize(std::min({result.size(), query.k, hit_limit}));
  return result;
}

passage_hit index_shard::hit(const candidate& c) const {
  const auto& d = documents_[owners_[c.at]];
  passage_hit result;
  result.document = d.id;
  result.found = restore(d, c.at - d.first);
  result.url = d.url;
  result.title = d.title;
  result.fetched_at = d.fetched_at;
  result.score = c.fused;
  result.lexical = static_cast<double>(c.lexical.raw);
  result.vector = static_cast<double>(c.latent.known ? c.latent.raw : c.hashed.raw);
  return result;
}

std::vector<passage_hit> index_shard::search(const shard_query& query) {
  slot_set allowed;
  const slot_set* only = outdated_ == 0 ? nullptr : &current_;
  if (!query.collections.empty() || (query.filter != nullptr && query.filter->narrows())) {
    for (auto number : chosen(query.collections, query.filter))
      if (const auto& d = documents_[number]; !d.passages.empty())
        allowed.insert(d.first, d.passages.size());
    only = &allowed;
  }
  slot_set quoted;
  if (query.filter != nullptr && !query.filter->phrases.empty()) {
    quoted = holding(query.filter->phrases);
    if (only != nullptr)
      quoted.intersect(*only);
    only = &quoted;
  }
  std::vector<passage_hit> hits;
  for (const auto& c : rank(query, only))
    hits.push_back(hit(c));
  return hits;
}

} // namespace troupe
