#include "actors/research/ranked_pool.hpp"

#include <algorithm>

namespace troupe {

namespace {

std::vector<unit_place> best_of(const std::vector<page_units>& cut, const std::vector<std::vector<double>>& scores,
                                double least) {
  std::vector<unit_place> out;
  for (std::size_t p = 0; p < scores.size(); ++p)
    for (std::size_t i = 0; i < scores[p].size(); ++i) {
      auto form = cut[p].units[i].form;
      if (scores[p][i] >= least && (form == unit_form::sentence || form == unit_form::item))
        out.push_back({p, i});
    }
  std::stable_sort(out.begin(), out.end(),
                   [&](auto a, auto b) { return scores[a.page][a.unit] > scores[b.page][b.unit]; });
  out.resize(std::min(out.size(), sentence_graph::most_sentences));
  return out;
}

std::vector<std::vector<std::string>> terms_of(const std::vector<page_units>& cut,
                                               const std::vector<unit_place>& places) {
  std::vector<std::vector<std::string>> out;
  out.reserve(places.size());
  for (auto x : places)
    out.push_back(cut[x.page].units[x.unit].said);
  return out;
}

} // namespace

ranked_pool::ranked_pool(const std::vector<page_units>& cut, const std::vector<std::vector<double>>& scores,
                         double least)
  : places_(best_of(cut, scores, least)), graph_(terms_of(cut, places_)), central_(graph_.centrality()) {
  for (std::size_t i = 0; i < places_.size(); ++i)
    index_.emplace(places_[i], i);
}

double ranked_pool::centrality(unit_place x) const {
  auto it = index_.find(x);
  return it == index_.end() ? 0 : central_[it->second];
}

double ranked_pool::redundancy(unit_place x, const std::vector<unit_place>& said) const {
  auto it = index_.find(x);
  double most = 0;
  for (auto y : said)
    if (auto other = index_.find(y); it != index_.end() && other != index_.end())
      most = std::max(most, graph_.alike(it->second, other->second));
  return most;
}

} // namespace troupe
