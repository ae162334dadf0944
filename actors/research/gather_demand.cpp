// Gathering as a source of work: what is asked of the pools, what is done with their grants, what is asked after.
#include <algorithm>

#include "actors/research/gather.hpp"

namespace troupe {

namespace {

constexpr std::uint32_t most_offered = 1000;
constexpr std::uint32_t most_refusals = 5; // of one page: 8 s with the rests between them
constexpr std::chrono::milliseconds first_rest{250}, longest_rest{4000};

std::uint32_t bounded(std::size_t n) { return static_cast<std::uint32_t>(std::min<std::size_t>(n, most_offered)); }

} // namespace

void gathering::fetch(page_work work, session_desk& desk) {
  fetch_page ask;
  ask.token = token_;
  ask.url = work.url;
  ask.allow_private = options_.allow_private || granted_.private_network;
  ask.validator = work.validator;
  ask.priority = request_.priority;
  if (!work.web)
    ask.roots = granted_.roots;
  // Waiting for a crawl delay, a rate limit or credit is no stall: whoever has the page in hand is asked after it.
  desk.steps.ask(std::move(ask), desk.gather_until, work.url);
  work.looked_after = desk.at.now;
  auto url = work.url;
  fetching_.emplace(std::move(url), std::move(work));
}

void gathering::fetch_pages(session_desk& desk) {
  while (desk.at.now >= rest_until_ && !to_fetch_.empty() && has_room(desk) && under_way() < options_.web_window) {
    auto work = std::move(to_fetch_.front());
    to_fetch_.pop_front();
    fetch(std::move(work), desk);
  }
}

std::uint32_t gathering::files_wanted(const session_desk& desk) const {
  if (desk.at.now < rest_until_ || !has_room(desk) || under_way() >= options_.file_window)
    return 0;
  return bounded(std::min(to_read_.size(), options_.file_window - under_way()));
}

void gathering::read_files(session_desk& desk) {
  if (file_bytes_ > options_.file_bytes && !to_read_.empty()) {
    truncated_ = true;
    to_read_.clear();
  }
  for (; files_.credit > 0 && files_wanted(desk) > 0; --files_.credit) {
    auto work = std::move(to_read_.front());
    to_read_.pop_front();
    fetch(std::move(work), desk);
  }
  tell(files_, files_wanted(desk), 0, desk);
}

/// No timer of ours runs for what was submitted: the pool leases it to one worker after the other, gives it up in its
/// own time, and answers.
void gathering::embed_waiting(session_desk& desk) {
  for (; texts_.credit > 0 && !unembedded_.empty(); --texts_.credit) {
    auto page = std::move(unembedded_.front());
    unembedded_.pop_front();
    unembedded_bytes_ -= page.read.content.text.size();
    embed_document ask;
    ask.content = page.read.content;
    ask.source = token_;
    ask.priority = request_.priority;
    desk.steps.ask(std::move(ask), desk.gather_until, page.work.url);
    auto url = page.work.url;
    embedding_.emplace(std::move(url), std::move(page));
  }
  tell(texts_, bounded(unembedded_.size()), unembedded_bytes_, desk);
}

void gathering::granted(const grant_work& x, session_desk& desk) {
  auto& from = x.queue == work_queue::embed ? texts_ : files_;
  from.known -= std::min(from.known, x.items);
  from.credit += x.items;
  if (stopped_)
    tell(from, 0, 0, desk);
}

/// Says what waits here, when the pool has to know: there is something and it thinks there is nothing, or much more
/// than it thinks, or nothing any more; now and then again, should it have been restarted. Credit that was not used by
/// now goes back.
void gathering::tell(offering& to, std::uint32_t items, std::uint64_t bytes, session_desk& desk) {
  auto back = std::exchange(to.credit, 0);
  auto again = items > 0 && desk.at.now - to.told >= options_.offer_again;
  auto changed = items == 0 ? to.known > 0 : to.known == 0 || items >= 2 * to.known;
  if (back == 0 && !again && !changed)
    return;
  desk.steps.tell(offer_work{token_, to.queue, request_.priority, items, bytes, back});
  to.known = items;
  to.told = desk.at.now;
}

/// A page that was refused, or lost, with a part of the engine that starts again is not the page's fault.
bool gathering::ask_again(page_work& work, const error& why, session_desk& desk) {
  if (!may_ask_again(work.refusals, why, desk))
    return false;
  files_.known = 0; // a pool that starts again knows of nothing
  auto& waiting = work.web ? to_fetch_ : to_read_;
  waiting.push_front(std::move(work));
  return true;
}

/// Nothing is asked for then until a rest is over, a longer one each time.
bool gathering::may_ask_again(std::uint32_t& refusals, const error& why, const session_desk& desk) {
  if (why.code != errc::unavailable || ++refusals > most_refusals)
    return false;
  if (desk.at.now >= rest_until_) {
    rest_ = std::clamp(2 * rest_, first_rest, longest_rest);
    rest_until_ = desk.at.now + rest_;
  }
  return true;
}

void gathering::look_after_pages(session_desk& desk) {
  for (auto& [url, work] : fetching_) {
    if (desk.at.now - work.looked_after < options_.stall)
      continue;
    work.looked_after = desk.at.now;
    look_after(url, desk);
  }
  for (auto& where : folders_) {
    if (where.announced || !where.asked || !where.files.empty() || desk.at.now - where.looked_after < options_.stall)
      continue;
    where.looked_after = desk.at.now;
    look_after(where.location, desk);
  }
}

void gathering::look_after(const std::string& what, session_desk& desk) {
  find_page ask;
  ask.token = token_;
  ask.url = what;
  desk.steps.ask(std::move(ask), desk.within(options_.stall / 3), what);
}

/// A page nobody knows of any more, or nobody answers for, is lost; one that somebody has in hand is waited for. So is
/// the listing of a folder.
void gathering::found_page(const session_step& step, const expected<page_standing>& x, session_desk& desk) {
  if (x && x->known)
    return;
  auto seconds = std::to_string(options_.stall.count());
  error why{errc::stalled, "nobody had it in hand " + seconds + " s after it was asked for",
            "Ask again: what was read by then is kept. If it happens again, troupe tree shows what is stuck."};
  for (auto& where : folders_)
    if (where.location == step.key && !where.announced && where.files.empty())
      return lose(where, std::move(why), desk);
  auto node = fetching_.extract(step.key);
  if (node.empty())
    return;
  auto& work = node.mapped();
  if (work.web && frontier_)
    frontier_->failed(work.url);
  say_failed(work.url, why, desk);
}

} // namespace troupe
