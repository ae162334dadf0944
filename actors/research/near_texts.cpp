#include "actors/research/near_texts.hpp"

#include <algorithm>

#include "actors/scrape/extract/simhash.hpp"

namespace troupe {

const std::string* near_texts::find(std::uint64_t key) const {
  if (key == 0)
    return nullptr;
  auto found = std::find_if(texts_.begin(), texts_.end(),
                            [key](const text& x) { return x.key != 0 && near_duplicates(x.key, key); });
  return found == texts_.end() ? nullptr : &found->url;
}

void near_texts::add(std::uint64_t key, std::string url) {
  if (key == 0)
    return;
  if (texts_.size() < most) {
    texts_.push_back({key, std::move(url)});
    return;
  }
  texts_[oldest_] = {key, std::move(url)};
  oldest_ = (oldest_ + 1) % most;
}

void near_texts::forget(std::string_view url) {
  for (auto& x : texts_)
    if (x.url == url)
      x.key = 0;
}

} // namespace troupe
