// What a query asks of a shard: which documents, in which languages, and passages that hold its phrases.
#include <algorithm>
#include <iterator>
#include <limits>

#include "actors/index/boosts.hpp"
#include "actors/index/index_shard.hpp"

namespace troupe {

namespace {
constexpr std::size_t query_languages = 4;
} // namespace

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

} // namespace troupe
