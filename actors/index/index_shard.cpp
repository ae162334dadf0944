#include "actors/index/index_shard.hpp"

#include <algorithm>
#include <limits>

#include "actors/embed/embedding_model.hpp"
#include "actors/index/boosts.hpp"
#include "actors/index/feedback.hpp"

namespace troupe {

namespace {

constexpr std::size_t lexical_depth = 1000; ///< of which fusion chooses
constexpr std::size_t latent_depth = 1000;
constexpr std::size_t hashed_depth = 100; ///< before there is a latent space
constexpr std::size_t hit_limit = 1000;
constexpr std::size_t query_languages = 4;

} // namespace

/// Hashed vectors only score what other legs have found, and look for themselves no longer than until there is a latent
/// space: a graph of them would cost half as much memory again.
static vector_limits limits_of(const shard_options& x) {
  auto result = x.vectors;
  if (x.weigh_components)
    result.exact = std::numeric_limits<std::size_t>::max();
  return result;
}

index_shard::index_shard(shard_options options)
  : options_(std::move(options)), lexical_(options_.bm25), vectors_(options_.dimensions, limits_of(options_)),
    weights_(options_.dimensions) {}

void index_shard::analyze_passage(const stored_document& d, const passage& p) {
  terms_.clear();
  auto& reading = analyzers_.of(d.language);
  reading.analyze(passage_subject(d.title, {p.ordinal, p.start, p.end, p.heading, {}}), terms_);
  terms_.skip(heading_positions); // no phrase begins in a heading and ends in the text
  reading.analyze(p.text, terms_);
}

void index_shard::store_passages(stored_document& d, const embedded_document& x) {
  auto with_vectors = x.model == options_.model && x.embeddings.size() == x.passages.size();
  d.passages.reserve(x.passages.size());
  std::size_t bytes = 0;
  for (const auto& p : x.passages)
    bytes += p.text.size();
  d.text.reserve(bytes);
  for (std::size_t i = 0; i < x.passages.size(); ++i) {
    const auto& p = x.passages[i];
    auto at = static_cast<slot>(owners_.size());
    if (d.headings.empty() || d.headings.back() != p.heading)
      d.headings.push_back(p.heading);
    d.text.append(p.text);
    d.passages.push_back({p.ordinal, p.start, p.end, static_cast<std::uint32_t>(d.headings.size() - 1),
                          static_cast<std::uint32_t>(d.text.size())});
    owners_.push_back(static_cast<std::uint32_t>(documents_.size()));
    live_.insert(at);
    analyze_passage(d, p);
    lexical_.add(at, terms_);
    if (latent_)
      latent_->add(at, terms_);
    if (with_vectors && vectors_.add(at, x.embeddings[i]))
      weights_.add(x.embeddings[i]);
  }
  d.headings.shrink_to_fit();
}

bool index_shard::add(const indexed_document& x) {
  if (auto known = numbers_.find(x.embedded.document); known != numbers_.end()) {
    auto& d = documents_[known->second];
    if (unconfirmed_.erase(d.id) != 0) {
      confirm(known->second, x);
    } else if (x.fetched_at > d.fetched_at) {
      d.url = x.url;
      d.fetched_at = x.fetched_at;
      facts_.set(known->second, x);
    }
    enlist(known->second, x.collections);
    return false;
  }
  stored_document d;
  d.id = x.embedded.document;
  d.url = x.url;
  d.title = x.title;
  d.language = x.language;
  d.fetched_at = x.fetched_at;
  d.first = static_cast<slot>(owners_.size());
  store_passages(d, x.embedded);
  auto number = static_cast<std::uint32_t>(documents_.size());
  ++languages_[analysis_language(d.language)];
  facts_.set(number, x);
  numbers_.emplace(d.id, number);
  current_.insert(d.first, d.passages.size());
  documents_.push_back(std::move(d));
  enlist(number, x.collections);
  set_outdated(x.embedded.document, x.outdated);
  return true;
}

void index_shard::set_outdated(const document_id& id, bool outdated) {
  auto found = numbers_.find(id);
  if (found == numbers_.end() || documents_[found->second].outdated == outdated)
    return;
  auto& d = documents_[found->second];
  d.outdated = outdated;
  if (outdated) {
    current_.erase(d.first, d.passages.size());
    ++outdated_;
  } else {
    current_.insert(d.first, d.passages.size());
    --outdated_;
  }
}

void index_shard::leave(const document_id& id, const collection_name& collection) {
  auto found = numbers_.find(id);
  auto entry = collections_.find(collection);
  if (found == numbers_.end() || entry == collections_.end())
    return;
  auto& list = entry->second;
  if (auto at = std::lower_bound(list.begin(), list.end(), found->second); at != list.end() && *at == found->second)
    list.erase(at);
  if (list.empty())
    collections_.erase(entry);
}

/// Lists are ascending; what joins is nearly always the newest, so this nearly always appends.
void index_shard::enlist(std::uint32_t document, std::span<const collection_name> collections) {
  for (const auto& name : collections) {
    auto& list = collections_[name];
    auto at = std::lower_bound(list.begin(), list.end(), document);
    if (at == list.end() || *at != document)
      list.insert(at, document);
  }
}

std::vector<document_id> index_shard::join(std::span<const document_id> known,
                                           std::span<const collection_name> collections) {
  std::vector<document_id> missing;
  for (const auto& id : known) {
    if (auto found = numbers_.find(id); found != numbers_.end())
      enlist(found->second, collections);
    else
      missing.push_back(id);
  }
  return missing;
}

bool index_shard::remove(const document_id& id) {
  auto found = numbers_.find(id);
  if (found == numbers_.end())
    return false;
  set_outdated(id, false);
  auto number = found->second;
  auto& d = documents_[number];
  unconfirmed_.erase(id);
  for (std::size_t i = 0; i < d.passages.size(); ++i) {
    auto at = static_cast<slot>(d.first + i);
    analyze_passage(d, restore(d, i));
    lexical_.remove(at, terms_);
    if (auto vector = vectors_.at(at); !vector.values.empty()) {
      weights_.remove(vector);
      vectors_.remove(at);
    }
    for (auto* latent : {&latent_, &coming_})
      if (*latent && (*latent)->places.has(at))
        (*latent)->places.remove(at);
  }
  live_.erase(d.first, d.passages.size());
  current_.erase(d.first, d.passages.size());
  for (auto entry = collections_.begin(); entry != collections_.end();) {
    auto& list = entry->second;
    if (auto at = std::lower_bound(list.begin(), list.end(), number); at != list.end() && *at == number)
      list.erase(at);
    entry = list.empty() ? collections_.erase(entry) : std::next(entry);
  }
  if (auto l = languages_.find(analysis_language(d.language)); l != languages_.end() && --l->second == 0)
    languages_.erase(l);
  numbers_.erase(found);
  d = stored_document{};
  return true;
}

passage index_shard::restore(const stored_document& d, std::size_t i) const {
  const auto& p = d.passages[i];
  auto from = i == 0 ? 0U : d.passages[i - 1].text_end;
  return {p.ordinal, p.start, p.end, d.headings[p.heading], d.text.substr(from, p.text_end - from)};
}

/// Numbers of the documents that may answer, ascending.
index_shard::members index_shard::chosen(std::span<const collection_name> collections,
                                         const passage_filter* filter) const {
  members all;
  if (collections.empty()) {
    for (std::uint32_t i = 0; i < documents_.size(); ++i)
      if (!documents_[i].outdated && !documents_[i].id.value.empty())
        all.push_back(i);
  }
  for (const auto& name : collections)
    if (auto found = collections_.find(name); found != collections_.end()) {
      members both;
      std::set_union(all.begin(), all.end(), found->second.begin(), found->second.end(), std::back_inserter(both));
      all = std::move(both);
    }
  if (filter != nullptr && filter->narrows())
    std::erase_if(all, [may = facts_.compile(*filter)](auto number) { return !may(number); });
  return all;
}

std::size_t index_shard::documents_in(std::span<const collection_name> collections,
                                      const passage_filter& filter) const {
  if (collections.empty() && !filter.narrows())
    return documents() - outdated_;
  return chosen(collections, &filter).size();
}

/// Stems differ by language, and a query does not say its own: it is read in each language that documents are in, the
/// commonest first.
std::vector<std::string> index_shard::query_codes() const {
  std::vector<std::pair<std::size_t, std::string>> languages;
  for (const auto& [code, count] : languages_)
    languages.emplace_back(count, code);
  std::sort(languages.rbegin(), languages.rend());
  languages.resize(std::min(languages.size(), query_languages));
  std::vector<std::string> result;
  for (auto& [count, code] : languages)
    result.push_back(std::move(code));
  return result;
}

/// A term counts once however many languages give it. Answers how many different ones the language gives that gives
/// the fewest: the others do not know the query's stop words.
std::size_t index_shard::analyze_query(std::string_view text, term_list& out) {
  term_list reading;
  auto fewest = std::numeric_limits<std::size_t>::max();
  for (const auto& code : query_codes()) {
    reading.clear();
    analyzers_.of(code).analyze(text, reading);
    auto had = out.size();
    auto start = out.next_position();
    std::set<std::string_view> different;
    for (std::size_t i = 0; i < reading.size(); ++i) {
      different.insert(reading[i]);
      bool repeated = false;
      for (std::size_t j = 0; j < had && !repeated; ++j)
        repeated = out[j] == reading[i];
      if (!repeated)
        out.add(reading[i], start + reading.position(i));
    }
    out.skip(reading.next_position() + heading_positions); // words of two readings are no neighbours
    fewest = std::min(fewest, different.size());
  }
  return fewest;
}

/// Passages that hold every phrase, in one of the languages that the query is read in.
slot_set index_shard::holding(std::span<const std::string> phrases) {
  slot_set result;
  bool first = true;
  for (const auto& phrase : phrases) {
    slot_set held;
    bool asks = !languages_.empty();
    for (const auto& code : query_codes()) {
      terms_.clear();
      analyzers_.of(code).analyze(phrase, terms_);
      asks = asks && !terms_.empty(); // stop words of one language stand everywhere in it
      if (!terms_.empty())
        lexical_.holding(terms_).each_from(0, [&](slot at) { held.insert(at); });
    }
    if (!asks)
      continue;
    if (first)
      result = std::move(held);
    else
      result.intersect(held);
    first = false;
  }
  return first ? live_ : result;
}

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
