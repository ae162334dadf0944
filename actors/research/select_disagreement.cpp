// Sources that give different figures for the same thing.
#include <algorithm>
#include <map>
#include <set>

#include "actors/research/select.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr double same_thing = 0.5; // Jaccard, of the words that are no figures
constexpr std::size_t most_sources = 2;

bool is_figure(std::string_view w) { return !w.empty() && w.front() >= '0' && w.front() <= '9'; }

/// The figures of a sentence, those that name what it speaks of with the word before ("valve 1200"), its other words.
struct statement {
  std::set<std::string> figures;
  std::set<std::string> names;
  std::set<std::string> rest;
};

statement take_apart(const std::string& sentence, const question_focus& focus) {
  statement out;
  std::string before;
  for (auto& w : comparable(sentence)) {
    auto named = is_figure(w) && focus.terms.contains(w) && !before.empty();
    if (named)
      out.names.insert(before + " " + w);
    else
      (is_figure(w) ? out.figures : out.rest).insert(w);
    before = w;
  }
  return out;
}

double overlap(const std::set<std::string>& a, const std::set<std::string>& b) {
  auto both = std::count_if(a.begin(), a.end(), [&b](const std::string& w) { return b.contains(w); });
  auto all = static_cast<double>(a.size() + b.size()) - static_cast<double>(both);
  return all == 0 ? 0 : static_cast<double>(both) / all;
}

} // namespace

/// When a figure was asked for: sentences of other documents that say the same as the lead with another one. A reader
/// has to see both.
void selector::add_disagreeing(const question_focus& focus, unit_place lead, std::vector<draft_part>& parts) {
  auto first = take_apart(text(lead), focus);
  auto figures_count = focus.shape.value || focus.kind == question_kind::when || focus.kind == question_kind::what
                       || focus.kind == question_kind::topic || focus.kind == question_kind::which;
  if (!figures_count || first.figures.empty())
    return;
  std::vector<std::set<std::string>> said{first.figures};
  for (std::size_t p = 0; p < pages_.size() && said.size() <= most_sources; ++p) {
    for (std::size_t i = 0; i < cut_[p].units.size() && p != lead.page; ++i) {
      unit_place x{p, i};
      if (used_.contains(x) || !stands_alone(x) || covered(focus, at(x).terms) + 0.1 < covered(focus, at(lead).terms))
        continue;
      auto other = take_apart(text(x), focus);
      auto new_figures = !other.figures.empty() && std::find(said.begin(), said.end(), other.figures) == said.end();
      if (!new_figures || other.names != first.names || overlap(first.rest, other.rest) < same_thing)
        continue;
      std::vector<draft_part> own;
      add(x, false, own);
      own.front().disagrees = true;
      parts.push_back(std::move(own.front()));
      said.push_back(other.figures);
      break;
    }
  }
}

} // namespace troupe
