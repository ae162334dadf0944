// Gathering from the web: which pages are looked up, which are known, which are worth a fetch.
#include "actors/research/gather.hpp"

#include <algorithm>

namespace troupe {

namespace {

constexpr std::size_t rebuilds_a_lookup = 20; // with all their links
constexpr std::size_t passed_over_a_lookup = 200;

} // namespace

/// After a restart: the links of pages read before it, so that the frontier knows what it knew.
void gathering::rebuild(session_desk& desk) {
  if (rebuilt_ >= to_rebuild_urls_.size() || desk.steps.waiting<find_fetches>() > 0)
    return;
  find_fetches ask;
  ask.with_links = true;
  auto end = std::min(to_rebuild_urls_.size(), rebuilt_ + rebuilds_a_lookup);
  ask.urls.assign(to_rebuild_urls_.begin() + static_cast<std::ptrdiff_t>(rebuilt_),
                  to_rebuild_urls_.begin() + static_cast<std::ptrdiff_t>(end));
  desk.steps.ask(std::move(ask), desk.within(options_.stall), {}, tag_rebuild);
}

void gathering::rebuilt(const fetch_list& x) {
  auto end = std::min(to_rebuild_urls_.size(), rebuilt_ + rebuilds_a_lookup);
  for (; rebuilt_ < end; ++rebuilt_)
    for (auto& item : x.items)
      if (item.url == to_rebuild_urls_[rebuilt_]) {
        if (!item.final_url.empty())
          frontier_->done(item.url, 0, item.final_url);
        frontier_->add_links(item.url, to_rebuild_[rebuilt_].depth, item.links);
        texts_seen_.add(item.nature.simhash, item.url);
      }
}

/// The frontier's next candidates, looked up in the store before anything is fetched.
void gathering::check_web(session_desk& desk) {
  auto rebuilding = rebuilt_ < to_rebuild_urls_.size();
  if (!frontier_ || rebuilding || !checking_.empty() || desk.steps.waiting<find_fetches>() > 0 || !has_room(desk))
    return;
  auto busy = to_fetch_.size() + under_way();
  find_fetches ask;
  ask.with_links = true;
  while (busy + checking_.size() < options_.web_window) {
    auto next = frontier_->next();
    if (!next)
      break;
    ask.urls.push_back(next->url);
    checking_.push_back(std::move(*next));
  }
  if (!checking_.empty())
    desk.steps.ask(std::move(ask), desk.within(options_.stall), {}, tag_web);
}

void gathering::found_web(const fetch_list& x, session_desk& desk) {
  for (auto& candidate : std::exchange(checking_, {})) {
    page_work work{candidate.url, {}, candidate.depth, true, {}};
    auto fresh = false;
    for (auto& item : x.items)
      if (item.url == candidate.url && !item.document.value.empty()) {
        work.known = item;
        work.validator = item.validator;
        fresh = is_fresh(item, desk);
      }
    auto seed = seeds_.find(candidate.url);
    if (seed != seeds_.end() && announced_.emplace("url", seed->second).second)
      desk.out.say(events::source_found{"url", seed->second, 1, fresh ? 1u : 0u}, desk.at.wall);
    if (!ended_.insert(candidate.url).second) {
      frontier_->failed(candidate.url);
      continue;
    }
    if (!fresh) {
      to_fetch_.push_back(std::move(work));
      continue;
    }
    say_known(work, work.known, desk);
    end_in_frontier(work, work.known.bytes, work.known.final_url, work.known.links);
  }
}

bool gathering::is_fresh(const fetch_record& x, const session_desk& desk) const {
  return !x.document.value.empty() && desk.at.wall - x.fetched_at < options_.fresh_for;
}

/// Pages that are not worth a fetch but were fetched before: without them a second research of the same place would
/// know less than the first, whose pages came in another order and so were chosen otherwise.
void gathering::check_passed_over(session_desk& desk) {
  auto busy = !to_fetch_.empty() || under_way() > 0 || !checking_.empty();
  if (!frontier_ || busy || rebuilt_ < to_rebuild_urls_.size() || desk.steps.waiting<find_fetches>() > 0
      || !has_room(desk) || !frontier_->exhausted())
    return;
  find_fetches ask;
  ask.with_links = true;
  ask.urls = frontier_->passed_over(passed_over_a_lookup);
  if (ask.urls.empty())
    return;
  checking_passed_over_ = true;
  desk.steps.ask(std::move(ask), desk.within(options_.stall), {}, tag_passed_over);
}

void gathering::found_passed_over(const fetch_list& x, session_desk& desk) {
  checking_passed_over_ = false;
  for (auto& item : x.items) {
    if (already(item.url) || !is_fresh(item, desk))
      continue;
    auto candidate = frontier_->take(item.url);
    if (!candidate)
      continue;
    ended_.insert(item.url);
    page_work work{item.url, item.validator, candidate->depth, true, item};
    say_known(work, item, desk);
    end_in_frontier(work, item.bytes, item.final_url, item.links);
  }
}

bool gathering::has_room(const session_desk& desk) const {
  return desk.out.pages() < 2 * options_.commit_pages && desk.out.bytes() < 2 * options_.commit_bytes
         && unembedded_bytes_ < options_.unembedded_bytes;
}

} // namespace troupe
