#include "gateway/stream/shared_page.hpp"

#include <algorithm>

#include "protocols/json/event_json.hpp"

namespace troupe::gateway {

namespace {

constexpr std::size_t few = 16;       ///< followers of one log on one thread
constexpr std::size_t many = 250;     ///< from here on they rest as long as they may
constexpr std::uint64_t places = 16u; ///< that a crowd is spread over

} // namespace

page_ptr share(const event_page& page) {
  auto made = std::make_shared<shared_page>();
  made->last = page.last;
  made->final = page.final;
  made->bytes = sizeof(shared_page) + page.events.size() * sizeof(shared_page::event);
  made->events.reserve(page.events.size());
  for (const auto& x : page.events) {
    made->events.push_back({x.seq, encode_event(x)});
    made->events.back().text.shrink_to_fit();
    made->bytes += made->events.back().text.capacity();
  }
  return made;
}

std::chrono::milliseconds rest_among(std::size_t followers, std::uint64_t number,
                                     std::chrono::milliseconds most) noexcept {
  if (followers <= few)
    return {};
  auto all = most * std::min(followers, many) / many;
  return all / 2 + all * (number % places) / (2 * places);
}

} // namespace troupe::gateway
