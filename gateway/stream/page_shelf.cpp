#include "gateway/stream/page_shelf.hpp"

#include <algorithm>

namespace troupe::gateway {

page_ptr page_shelf::find(event_seq after, time now) const noexcept {
  auto found = std::find_if(kept_.rbegin(), kept_.rend(), [&](const kept& x) { return x.after == after; });
  return found != kept_.rend() && now - found->since < most_age ? found->page : nullptr;
}

void page_shelf::keep(event_seq after, page_ptr page, std::size_t followers, time now) {
  expire(now);
  if (page->events.empty() || followers < 2)
    return;
  bytes_ += page->bytes;
  kept_.push_back({after, std::move(page), now});
  auto room = std::min(most_bytes, bytes_each * (followers - 1));
  while (bytes_ > room || kept_.size() > most_pages)
    drop_oldest();
}

void page_shelf::expire(time now) noexcept {
  while (!kept_.empty() && now - kept_.front().since >= most_age)
    drop_oldest();
}

void page_shelf::drop_oldest() noexcept {
  bytes_ -= kept_.front().page->bytes;
  kept_.pop_front();
}

} // namespace troupe::gateway
