#include "actors/research/compounds.hpp"

namespace troupe {

void compound_words::add(const std::vector<std::string>& asked) {
  whole_.insert(asked.begin(), asked.end());
  for (std::size_t i = 0; i + 1 < asked.size(); ++i)
    two_.emplace(asked[i] + asked[i + 1], std::pair{asked[i], asked[i + 1]});
}

void compound_words::complete(const std::vector<std::string>& said, std::set<std::string>& terms) const {
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (auto parts = two_.find(said[i]); parts != two_.end())
      terms.insert({parts->second.first, parts->second.second});
    if (i + 1 < said.size())
      if (auto one = said[i] + said[i + 1]; whole_.contains(one))
        terms.insert(std::move(one));
  }
}

} // namespace troupe
