// The part of a shard that gives passages their places in a latent space.
#include "actors/embed/embedding_model.hpp"
#include "actors/index/index_shard.hpp"

namespace troupe {

namespace {
constexpr vector_limits latent_limits{200'000, 200}; // of 128 components 100,000 are scanned in about 3 ms
} // namespace

void index_shard::latent_index::add(slot at, const term_list& terms) {
  if (auto place = space->place(terms); place.scale > 0)
    places.add(at, place);
}

std::vector<latent_text> index_shard::sample(std::size_t at_most) const {
  std::vector<latent_text> result;
  auto n = std::min(passages(), at_most);
  result.reserve(n);
  std::size_t seen = 0;
  for (const auto& d : documents_)
    for (std::size_t i = 0; i < d.passages.size(); ++i, ++seen)
      if (seen * n / passages() == result.size() && result.size() < n)
        result.push_back({passage_subject(d.title, restore(d, i)), d.language});
  return result;
}

void index_shard::adopt(std::shared_ptr<const lsa_space> space) {
  auto dimensions = space->dimensions();
  coming_.emplace(latent_index{std::move(space), vector_index{dimensions, latent_limits}, 0});
  place_more(0);
}

std::size_t index_shard::unplaced() const { return coming_ ? owners_.size() - coming_->next : 0; }

std::size_t index_shard::place_more(std::size_t at_most) {
  if (!coming_)
    return 0;
  for (std::size_t done = 0; done < at_most && coming_->next < owners_.size(); ++coming_->next) {
    auto at = coming_->next;
    if (!live_.contains(at))
      continue;
    const auto& d = documents_[owners_[at]];
    analyze_passage(d, restore(d, at - d.first));
    coming_->add(at, terms_);
    ++done;
  }
  if (coming_->next == owners_.size()) {
    latent_ = std::move(coming_);
    coming_.reset();
  }
  return unplaced();
}

} // namespace troupe
