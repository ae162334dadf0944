#include "actors/index/index_shard.hpp"

#include <algorithm>
#include <limits>

#include "actors/embed/embedding_model.hpp"
#include "actors/index/boosts.hpp"

namespace troupe {

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

} // namespace troupe
