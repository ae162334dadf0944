// The second half of gathering: what becomes of a page once it was read.
#include "actors/research/gather.hpp"

namespace troupe {

namespace {

std::uint32_t as_ms(std::chrono::milliseconds x) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(x.count(), 0));
}

/// The pools name themselves in what they say of poison.
const char* queue_that_gave_up(const error& why) {
  return why.message.find("extract_heavy") != std::string::npos ? "extract_heavy" : "extract";
}

constexpr std::uint32_t attempts_of_poison = 3; // as many as the pools make

} // namespace

void gathering::say_failed(const std::string& url, const error& why, session_desk& desk, const char* queue) {
  ended_.insert(url);
  if (is_skip(why.code)) {
    note_skip(url, why);
    desk.out.say(events::page_skipped{url, to_string(why.code), why.message}, desk.at.wall);
    return;
  }
  ++failed_;
  note_failure(url, why);
  if (why.code != errc::poisoned)
    return desk.out.say(events::page_failed{url, to_string(why.code), why.message, 1}, desk.at.wall);
  desk.out.say(events::page_failed{url, to_string(why.code), why.message, attempts_of_poison}, desk.at.wall,
               make_dead_letter(queue, id_, url, attempts_of_poison, why, desk.at.wall));
}

void gathering::say_known(const page_work& work, const fetch_record& x, session_desk& desk) {
  if (!documents_.insert(x.document).second) {
    desk.out.say(events::page_skipped{work.url, "duplicate", "the same text as a page before it"}, desk.at.wall);
    return;
  }
  if (work.web && skip_near_duplicate(work, x.nature, x.document, desk))
    return;
  ++fetched_;
  desk.out.say(
    events::page_fetched{work.url, x.title, x.document, x.bytes, x.passages, work.depth, 0, "known", x.nature.access},
    desk.at.wall, x.document, x.passages);
}

void gathering::end_in_frontier(const page_work& work, std::uint64_t bytes, const std::string& final_url,
                                const std::vector<link>& links) {
  if (!work.web || !frontier_)
    return;
  frontier_->done(work.url, bytes, final_url);
  frontier_->add_links(final_url.empty() ? work.url : final_url, work.depth, links);
}

void gathering::read(const session_step& step, expected<page_read> x, session_desk& desk) {
  auto node = fetching_.extract(step.key);
  if (node.empty())
    return;
  auto work = std::move(node.mapped());
  if (!x) {
    auto why = std::move(x.error());
    auto code = why.code;
    if (ask_again(work, why, desk))
      return;
    if (code == errc::deadline_exceeded && work.refusals > 0) // more time would not help
      why.advice = "What reads pages ended meanwhile, and not only for want of time: look at the tree and the node's "
                   "log for the cause.";
    if (code == errc::overloaded && work.web && frontier_) {
      ended_.erase(work.url);
      frontier_->put_back(work.url);
      return;
    }
    if (work.web && frontier_)
      frontier_->failed(work.url);
    say_failed(work.url, why, desk, queue_that_gave_up(why));
    return;
  }
  rest_ = std::chrono::milliseconds{0};
  if (x->unchanged) {
    say_known(work, work.known, desk);
    end_in_frontier(work, work.known.bytes, work.known.final_url, work.known.links);
    return;
  }
  end_in_frontier(work, x->fetch.bytes, x->fetch.final_url, x->fetch.links);
  file_bytes_ += work.web ? 0 : x->fetch.bytes;
  if (!documents_.insert(x->content.id).second) {
    desk.out.say(events::page_skipped{work.url, "duplicate", "the same text as a page before it"}, desk.at.wall);
    return;
  }
  if (work.web && skip_near_duplicate(work, x->nature, x->content.id, desk))
    return;
  unembedded_bytes_ += x->content.text.size();
  unembedded_.push_back({std::move(work), std::move(*x)});
}

/// A copy under another address would be a second source that says nothing of its own. What was asked for by name is
/// read all the same.
bool gathering::skip_near_duplicate(const page_work& work, const page_nature& nature, const document_id& id,
                                    session_desk& desk) {
  const auto* first = work.depth == 0 ? nullptr : texts_seen_.find(nature.simhash);
  if (first == nullptr) {
    texts_seen_.add(nature.simhash, work.url);
    return false;
  }
  documents_.erase(id);
  desk.out.say(events::page_skipped{work.url, "duplicate", "nearly the same text as " + *first}, desk.at.wall);
  return true;
}

void gathering::embedded(const session_step& step, expected<embedded_document> x, session_desk& desk) {
  auto node = embedding_.extract(step.key);
  if (node.empty())
    return;
  auto page = std::move(node.mapped());
  if (!x && (x.error().code == errc::unavailable || x.error().code == errc::overloaded)) {
    texts_.known = 0; // a pool that starts again knows of nothing
    unembedded_bytes_ += page.read.content.text.size();
    unembedded_.push_front(std::move(page));
    return;
  }
  if (!x) {
    documents_.erase(page.read.content.id);
    texts_seen_.forget(page.work.url);
    say_failed(page.work.url, x.error(), desk, "embed");
    return;
  }
  ++fetched_;
  events::page_fetched event{page.work.url,
                             page.read.content.title,
                             page.read.content.id,
                             page.read.fetch.bytes,
                             static_cast<std::uint32_t>(x->passages.size()),
                             page.work.depth,
                             as_ms(page.read.took),
                             page.work.web ? "web" : "file",
                             page.read.nature.access};
  stored_page stored{std::move(page.read.content), std::move(page.read.fetch), std::move(*x)};
  stored.fetch.url = page.work.url;
  stored.fetch.document = stored.content.id;
  stored.fetch.nature = page.read.nature;
  desk.out.say(std::move(event), desk.at.wall, std::move(stored));
}

} // namespace troupe
