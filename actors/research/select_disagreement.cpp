// Sources that say different things of the same thing: a reader has to see both.
#include <algorithm>

#include "actors/research/select.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/statement.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_shown = 2; // for one question
constexpr double as_much = 0.1;       // less of the question than the sentence that it disagrees with

std::set<std::string> figures_of(const question_focus& focus) {
  std::set<std::string> out;
  for (auto& [t, w] : focus.terms)
    if (!t.empty() && t[0] >= '0' && t[0] <= '9')
      out.insert(t);
  return out;
}

} // namespace

/// The first sentence of another page that can't hold together with `x`, nor with what disagrees with it already.
std::optional<unit_place> selector::disagreeing(const question_focus& focus, unit_place x,
                                                const std::set<std::size_t>& seen) const {
  auto asked = figures_of(focus);
  auto first = take_apart(text(x), asked);
  if (first.figures.empty() && first.dates.empty() && first.rest.size() < 3)
    return std::nullopt;
  auto least = covered(focus, at(x).terms) - as_much;
  for (std::size_t p = 0; p < pages_.size(); ++p) {
    if (p == x.page || seen.contains(p))
      continue;
    for (std::size_t i = 0; i < cut_[p].units.size(); ++i) {
      unit_place y{p, i};
      if (!used_.contains(y) && stands_alone(y) && covered(focus, at(y).terms) >= least
          && between(first, take_apart(text(y), asked)) != difference::none)
        return y;
    }
  }
  return std::nullopt;
}

/// Puts what disagrees with a part behind it, under a note. Steps and lists say one thing together and are left alone.
void selector::add_disagreeing(const question_focus& focus, std::vector<draft_part>& parts) {
  if (focus.kind == question_kind::how_to)
    return;
  std::size_t shown = 0;
  for (std::size_t k = 0; k < shown_.size() && shown < most_shown; ++k) {
    auto x = shown_[k];
    std::set<std::size_t> seen;
    while (shown < most_shown) {
      auto other = at(x).numbered ? std::nullopt : disagreeing(focus, x, seen);
      if (!other)
        break;
      seen.insert(other->page);
      auto behind = part_of(x, parts) + 1;
      while (behind < parts.size() && parts[behind].disagrees)
        ++behind;
      std::vector<draft_part> own;
      part_block_.reset();
      add(*other, false, own);
      shown_.pop_back(); // it is shown for the difference: what it says is no part of the answer
      own.front().disagrees = true;
      parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(behind), std::move(own.front()));
      ++shown;
    }
  }
}

/// The part that cites `x`; the last one when none does.
std::size_t selector::part_of(unit_place x, const std::vector<draft_part>& parts) const {
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (auto& claim : parts[i].claims)
      for (auto& place : claim.citations)
        if (place.page == x.page && place.start == at(x).start)
          return i;
  return parts.empty() ? 0 : parts.size() - 1;
}

} // namespace troupe
