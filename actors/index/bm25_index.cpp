#include "actors/index/bm25_index.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "actors/embed/analyzer.hpp"
#include "actors/index/snapshot_file.hpp"
#include "actors/index/top_search.hpp"

namespace troupe {

namespace {

constexpr std::size_t tabled_lengths = 4096;

std::vector<float> norms_of(const bm25_parameters& x, double average) {
  std::vector<float> result(tabled_lengths);
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = x.k1 * (1 - x.b + x.b * static_cast<float>(static_cast<double>(i) / average));
  return result;
}

/// Where a phrase would begin, plus this much: its first term may stand behind its beginning.
constexpr std::uint32_t position_base = 1U << 31U;

/// Keeps in `starts` what `found` holds too; both ascending.
void meet(std::vector<std::uint32_t>& starts, const std::vector<std::uint32_t>& found, bool first) {
  if (first)
    starts = found;
  else
    std::erase_if(starts, [&](auto x) { return !std::binary_search(found.begin(), found.end(), x); });
}

double idf(double passages, double frequency) {
  return std::log(1.0 + std::max(0.0, passages - frequency + 0.5) / (frequency + 0.5));
}

} // namespace

void lexical_statistics::add(const lexical_statistics& x) {
  passages += x.passages;
  terms += x.terms;
  frequencies.resize(std::max(frequencies.size(), x.frequencies.size()));
  for (std::size_t i = 0; i < x.frequencies.size(); ++i)
    frequencies[i] += x.frequencies[i];
}

double lexical_statistics::weight(std::size_t distinct_term) const {
  auto frequency = frequencies[distinct_term];
  return frequency == 0 ? 0 : idf(static_cast<double>(passages), static_cast<double>(frequency));
}

void bm25_index::add(slot at, const term_list& terms) {
  if (at >= lengths_.size())
    lengths_.resize(at + 1, 0);
  if (terms.empty())
    return;
  places_.clear();
  for (std::size_t i = 0; i < terms.size(); ++i)
    places_.emplace_back(dictionary_.intern(terms[i]), terms.position(i));
  std::sort(places_.begin(), places_.end());
  if (postings_.size() < dictionary_.size())
    postings_.resize(dictionary_.size());
  auto length = static_cast<std::uint32_t>(terms.size());
  for (std::size_t i = 0; i < places_.size();) {
    auto term = places_[i].first;
    positions_.clear();
    for (; i < places_.size() && places_[i].first == term; ++i)
      positions_.push_back(places_[i].second);
    postings_[term].append(at, positions_, length);
  }
  lengths_[at] = length;
  total_length_ += length;
  ++live_;
}

void bm25_index::remove(slot at, const term_list& terms) {
  if (at >= lengths_.size() || lengths_[at] == 0)
    return;
  auto held = distinct(terms);
  for (const auto& x : held)
    if (x.term != no_term)
      postings_[x.term].bury();
  total_length_ -= lengths_[at];
  lengths_[at] = 0;
  --live_;
  ++dead_;
}

bool bm25_index::purge_more(std::size_t at_most) {
  if (!to_purge())
    return false;
  if (!purging_) {
    purging_ = true;
    purged_ = 0;
    dead_ = 0;
  }
  for (std::size_t done = 0; done < at_most && purged_ < postings_.size(); ++purged_) {
    auto& list = postings_[purged_];
    done += 1 + (list.alive() == list.count() ? 0 : list.count());
    if (list.alive() != list.count())
      list = list.without_dead(lengths_);
  }
  purging_ = purged_ < postings_.size();
  return purging_;
}

std::uint32_t bm25_index::frequency(std::string_view term) const { return alive(dictionary_.find(term)); }

void bm25_index::save(snapshot_writer& out) const {
  out.list(std::span<const std::uint32_t>{lengths_});
  out.number(static_cast<std::uint64_t>(dead_));
  out.number(static_cast<std::uint64_t>(postings_.size()));
  for (term_number t = 0; t < postings_.size(); ++t) {
    out.text(dictionary_.term(t));
    postings_[t].save(out);
  }
}

void bm25_index::load(snapshot_reader& in) {
  *this = bm25_index{parameters_};
  lengths_ = in.list<std::uint32_t>();
  dead_ = in.number<std::uint64_t>();
  postings_.resize(in.size(1));
  for (term_number t = 0; t < postings_.size() && in.good(); ++t) {
    if (dictionary_.intern(in.text()) != t)
      in.damaged();
    postings_[t] = posting_list::load(in);
  }
  for (auto length : lengths_) {
    total_length_ += length;
    live_ += length != 0 ? 1 : 0;
  }
}

/// In the order in which they are first named, those that are nowhere here too.
std::vector<bm25_index::query_term> bm25_index::distinct(const term_list& query) const {
  std::vector<query_term> result;
  std::unordered_map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < query.size(); ++i) {
    auto [at, added] = known.emplace(query[i], result.size());
    if (added)
      result.push_back({dictionary_.find(query[i]), 0});
    ++result[at->second].times;
  }
  return result;
}

lexical_statistics bm25_index::statistics(const term_list& query) const {
  lexical_statistics result{live_, total_length_, {}};
  for (const auto& x : distinct(query))
    result.frequencies.push_back(alive(x.term));
  return result;
}

std::vector<scored_slot> bm25_index::search(const term_list& query, std::size_t k, const slot_set* only,
                                            const lexical_statistics* whole) const {
  auto passages = static_cast<double>(whole != nullptr ? whole->passages : live_);
  auto lengths = static_cast<double>(whole != nullptr ? whole->terms : total_length_);
  auto named = distinct(query);
  std::vector<weighed_list> lists;
  for (std::size_t i = 0; i < named.size(); ++i) {
    auto here = alive(named[i].term);
    auto frequency = whole != nullptr && i < whole->frequencies.size() ? whole->frequencies[i] : here;
    if (here != 0)
      lists.push_back({&postings_[named[i].term], idf(passages, static_cast<double>(frequency)) * named[i].times});
  }
  if (lists.empty())
    return {};
  auto norms = norms_of(parameters_, std::max(1.0, lengths / std::max(1.0, passages)));
  return search_top(lists, {lengths_, norms}, k, only);
}

void bm25_index::each_place(const term_list& query, std::span<const slot> passages,
                            const std::function<void(slot, const term_places&)>& f) const {
  auto named = distinct(query);
  std::vector<std::pair<std::size_t, posting_list::cursor>> walks;
  for (std::size_t i = 0; i < named.size(); ++i)
    if (alive(named[i].term) != 0)
      walks.emplace_back(i, posting_list::cursor{postings_[named[i].term]});
  term_places places(named.size());
  for (auto at : passages) {
    for (auto& [i, cursor] : walks) {
      places[i].clear();
      cursor.seek(at);
      if (!cursor.ended() && cursor.at() == at)
        cursor.positions(places[i]);
    }
    f(at, places);
  }
}

slot_set bm25_index::holding(const term_list& phrase) const {
  struct place {
    posting_list::cursor cursor;
    std::uint32_t count;
    std::uint32_t offset;
  };
  slot_set result;
  std::vector<place> places;
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    auto term = dictionary_.find(phrase[i]);
    if (alive(term) == 0)
      return result;
    places.push_back({posting_list::cursor{postings_[term]}, alive(term), phrase.position(i)});
  }
  // The rarest names the passages, the others are asked about them.
  std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.count < b.count; });
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> found;
  for (auto& first = places.front().cursor; !first.ended(); first.next()) {
    auto at = first.at();
    if (lengths_[at] == 0)
      continue;
    starts.clear();
    for (auto& x : places) {
      x.cursor.seek(at);
      if (x.cursor.ended())
        return result;
      found.clear();
      if (x.cursor.at() == at)
        x.cursor.positions(found);
      for (auto& p : found)
        p += position_base - x.offset;
      meet(starts, found, &x == &places.front());
      if (starts.empty())
        break;
    }
    if (!starts.empty())
      result.insert(at);
  }
  return result;
}

} // namespace troupe
