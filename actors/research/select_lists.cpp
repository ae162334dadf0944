// Lists: what announces them, where they end, and steps, which are taken whole or not at all.
#include "actors/research/select.hpp"
#include "actors/research/sentence_shape.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_code = 1500;
constexpr std::size_t most_items = 8;
constexpr std::size_t most_steps = 15; // with what belongs to them

} // namespace

/// The sentence that announces the list an item stands in; the first step of steps that nothing announces; the item
/// itself otherwise.
unit_place selector::list_start(unit_place x) const {
  auto& units = cut_[x.page].units;
  auto i = x.unit;
  auto steps = units[i].numbered;
  auto first_step = i;
  auto in_list = [&](std::size_t k) {
    return units[k].form == unit_form::item || (units[k].form == unit_form::code && k != x.unit);
  };
  while (i > 0 && in_list(i) && units[i - 1].section == units[x.unit].section && x.unit - i < most_steps) {
    steps |= units[i].numbered;
    first_step = units[i].numbered ? i : first_step;
    --i;
  }
  if (units[i].form == unit_form::item) { // the first of its section
    steps |= units[i].numbered;
    first_step = units[i].numbered ? i : first_step;
  }
  unit_place start{x.page, i};
  auto announced = i < x.unit && units[i].form == unit_form::sentence && leads_in(text(start)) && takeable(start);
  if (announced && (steps || x.unit - i <= most_items) && chain_end(start) > x.unit)
    return start;
  return units[x.unit].form == unit_form::item && steps ? unit_place{x.page, first_step} : x;
}

/// One past the last unit that belongs to a lead-in or a first step: its code or its list. The next one when there is
/// neither.
std::size_t selector::chain_end(unit_place x) const {
  auto& units = cut_[x.page].units;
  auto end = x.unit + 1;
  auto from_step = at(x).numbered;
  if (end >= units.size() || units[end].section != at(x).section || units[end].block == at(x).block)
    return end;
  auto short_code = [&](std::size_t i) {
    return units[i].form == unit_form::code && units[i].end - units[i].start <= longest_code;
  };
  if (units[end].form == unit_form::code && !from_step)
    return short_code(end) ? end + 1 : end;
  auto steps = from_step || units[end].numbered;
  while (end < units.size() && units[end].section == at(x).section && end - x.unit <= (steps ? most_steps : most_items)
         && (units[end].form == unit_form::item || (steps && short_code(end))))
    ++end;
  return end;
}

/// A further paragraph of a step.
void selector::add_to_step(unit_place x, draft_claim& step) {
  auto place = cite(x);
  auto open = !step.text.ends_with('.') && !step.text.ends_with(':');
  step.text += (open ? "; " : " ") + collapse_space(place.quote);
  step.citations.push_back(std::move(place));
  remember(x);
  previous_ = x;
}

void selector::add_code(unit_place x, draft_claim& announcing) {
  auto place = cite(x);
  announcing.code += (announcing.code.empty() ? "" : "\n") + place.quote;
  announcing.citations.push_back(std::move(place));
  used_.insert(x);
  previous_ = x;
  part_block_ = at(x).block;
}

} // namespace troupe
