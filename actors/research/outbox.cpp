#include "actors/research/outbox.hpp"

#include <utility>

namespace troupe {

dead_letter make_dead_letter(std::string queue, const research_id& research, std::string subject,
                             std::uint32_t attempts, error why, timestamp at) {
  auto ulid = make_research_id(at).value.substr(2);
  return {"d_" + ulid, std::move(queue), research, std::move(subject), attempts, std::move(why), at};
}

void outbox::say(event_data what, timestamp at) {
  entries_.push_back({std::move(what), at, std::nullopt, std::nullopt, 0});
}

void outbox::say(event_data what, timestamp at, stored_page page) {
  ++pages_;
  bytes_ += page.content.text.size();
  entries_.push_back({std::move(what), at, std::move(page), std::nullopt, 0});
}

void outbox::say(event_data what, timestamp at, document_id known, std::uint32_t passages) {
  ++known_;
  entries_.push_back({std::move(what), at, std::nullopt, std::move(known), passages});
}

void outbox::say(event_data what, timestamp at, dead_letter letter) {
  entries_.push_back({std::move(what), at, std::nullopt, std::nullopt, 0, std::move(letter)});
}

void outbox::clear() {
  entries_.clear();
  pages_ = 0;
  known_ = 0;
  bytes_ = 0;
}

outbox::batch outbox::take(std::size_t max_pages, std::uint64_t max_bytes) {
  constexpr std::size_t max_known = 1000;
  constexpr std::size_t max_events = 2000;
  batch out;
  std::uint64_t taken = 0;
  while (!entries_.empty() && out.events.size() < max_events) {
    auto& next = entries_.front();
    auto size = next.page ? next.page->content.text.size() : 0;
    auto full = (next.page && !out.pages.empty() && (out.pages.size() >= max_pages || taken + size > max_bytes))
                || (next.known && out.known.size() >= max_known);
    if (full)
      break;
    if (next.page) {
      taken += size;
      --pages_;
      bytes_ -= size;
      out.pages.push_back(std::move(*next.page));
    }
    known_ -= next.known ? 1 : 0;
    out.known_passages += next.known_passages;
    if (next.known)
      out.known.push_back(std::move(*next.known));
    if (next.dead)
      out.dead.push_back(std::move(*next.dead));
    out.events.push_back(std::move(next.what));
    out.at.push_back(next.at);
    entries_.pop_front();
  }
  return out;
}

} // namespace troupe
