#include "actors/research/compounds.hpp"

#include <set>

namespace troupe {

namespace {

constexpr std::size_t longest_ending = 2; // what stemming takes off: "failov", "rollback"
constexpr std::size_t shortest_stem = 6;

bool is_stem(const std::string& stem, const std::string& word) {
  return word.starts_with(stem)
         && (stem.size() == word.size()
             || (stem.size() >= shortest_stem && word.size() - stem.size() <= longest_ending));
}

} // namespace

void compound_words::add(const std::vector<std::string>& asked) {
  whole_.insert(asked.begin(), asked.end());
  for (std::size_t i = 0; i + 1 < asked.size(); ++i)
    two_.emplace(asked[i] + asked[i + 1], std::pair{asked[i], asked[i + 1]});
}

void compound_words::complete(const std::vector<std::string>& said, std::set<std::string>& terms) const {
  for (std::size_t i = 0; i < said.size(); ++i) {
    auto parts = two_.lower_bound(said[i]);
    if (parts != two_.end() && is_stem(said[i], parts->first))
      terms.insert({parts->second.first, parts->second.second});
    if (i + 1 == said.size())
      break;
    auto one = said[i] + said[i + 1];
    for (std::size_t cut = 0; cut <= longest_ending && cut < one.size(); ++cut)
      if (auto stem = one.substr(0, one.size() - cut); whole_.contains(stem) && is_stem(stem, one))
        terms.insert(std::move(stem));
  }
}

} // namespace troupe
