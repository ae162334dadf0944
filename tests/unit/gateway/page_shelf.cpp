// Pages kept for the followers of one log, and how a crowd of them is paced.
#define CAF_SUITE gateway_page_shelf

#include <set>

#include "gateway/stream/page_shelf.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

page_ptr page_from(std::uint64_t first, std::size_t events, std::size_t bytes = 10) {
  event_page page;
  for (std::uint64_t seq = first; seq < first + events; ++seq)
    page.events.push_back(
      {research_id{"r"}, event_seq{seq}, timestamp{}, "progress", "\"" + std::string(bytes, 'x') + "\""});
  page.last = event_seq{first + events - 1};
  return share(page);
}

constexpr page_shelf::time start{std::chrono::hours{1}};
constexpr std::size_t crowd = 1000;

} // namespace

CAF_TEST(a page holds each event encoded and says where it ends) {
  auto page = page_from(7, 3);
  CAF_REQUIRE_EQUAL(page->events.size(), 3u);
  CAF_CHECK_EQUAL(page->events[1].seq, event_seq{8});
  CAF_CHECK(page->events[1].text.starts_with(R"({"v":1,"seq":8,)"));
  CAF_CHECK_EQUAL(page->last, event_seq{9});
  CAF_CHECK(!page->final);
  CAF_CHECK(page->bytes > 3 * page->events[0].text.size());
  CAF_CHECK(page->is_short());
  CAF_CHECK(!page_from(1, 100)->is_short());
  CAF_CHECK(!page_from(1, 2, 8000)->is_short());
}

CAF_TEST(a page is found where it was read from until it is too old) {
  page_shelf shelf;
  auto page = page_from(1, 3);
  shelf.keep(event_seq{0}, page, crowd, start);
  CAF_CHECK(shelf.find(event_seq{0}, start) == page);
  CAF_CHECK(shelf.find(event_seq{1}, start) == nullptr);
  auto end = start + page_shelf::most_age;
  CAF_CHECK(shelf.find(event_seq{0}, end - std::chrono::nanoseconds{1}) == page);
  CAF_CHECK(shelf.find(event_seq{0}, end) == nullptr);
  shelf.expire(end - std::chrono::nanoseconds{1});
  CAF_CHECK(!shelf.empty());
  shelf.expire(end);
  CAF_CHECK(shelf.empty());
  CAF_CHECK_EQUAL(shelf.bytes(), 0u);
}

CAF_TEST(of two pages from one place the later is given) {
  page_shelf shelf;
  shelf.keep(event_seq{0}, page_from(1, 1), crowd, start);
  auto longer = page_from(1, 3);
  shelf.keep(event_seq{0}, longer, crowd, start);
  CAF_CHECK(shelf.find(event_seq{0}, start) == longer);
}

CAF_TEST(nothing is kept of what may be untrue or for one follower alone) {
  page_shelf shelf;
  shelf.keep(event_seq{0}, share({}), crowd, start);
  CAF_CHECK(shelf.empty());
  for (std::size_t followers : {0u, 1u}) {
    shelf.keep(event_seq{0}, page_from(1, 1), followers, start);
    CAF_CHECK(shelf.empty());
  }
}

CAF_TEST(beyond its bounds the oldest pages go) {
  page_shelf shelf;
  for (std::uint64_t i = 0; i < page_shelf::most_pages + 5; ++i)
    shelf.keep(event_seq{i}, page_from(i + 1, 1), crowd, start);
  CAF_CHECK(shelf.find(event_seq{4}, start) == nullptr);
  CAF_CHECK(shelf.find(event_seq{5}, start) != nullptr);
  for (std::uint64_t i = 0; i < 100; ++i) {
    shelf.keep(event_seq{i * 2}, page_from(i * 2 + 1, 2, 20'000), crowd, start);
    CAF_CHECK(shelf.bytes() <= page_shelf::most_bytes);
    CAF_CHECK(shelf.find(event_seq{i * 2}, start) != nullptr);
  }
  page_shelf small;
  for (std::uint64_t i = 0; i < 10; ++i) {
    small.keep(event_seq{i}, page_from(i + 1, 1, 3000), 2, start);
    CAF_CHECK(small.bytes() <= page_shelf::bytes_each);
  }
  CAF_CHECK(!small.empty());
  small.keep(event_seq{10}, page_from(11, 1, 20'000), 2, start); // larger than all its room
  CAF_CHECK(small.empty());
  CAF_CHECK_EQUAL(small.bytes(), 0u);
}

CAF_TEST(few followers never rest and a crowd rests at different lengths within the bound) {
  using ms = std::chrono::milliseconds;
  for (std::size_t followers = 0; followers <= 16; ++followers)
    for (std::uint64_t number = 0; number < 40; ++number)
      CAF_REQUIRE(rest_among(followers, number, ms{50}) == ms{0});
  for (std::size_t followers : {17u, 100u, 250u, 2000u}) {
    std::set<ms> seen;
    for (std::uint64_t number = 0; number < 40; ++number) {
      auto rest = rest_among(followers, number, ms{5000});
      seen.insert(rest);
      CAF_CHECK(rest > ms{0} && rest <= ms{5000});
    }
    CAF_CHECK_EQUAL(seen.size(), 16u);
    CAF_CHECK(*seen.begin() * 2 >= *seen.rbegin()); // nobody rests for much longer than others
  }
  CAF_CHECK(rest_among(2000, 0, ms{50}) >= ms{25});
  CAF_CHECK(rest_among(25, 0, ms{50}) < ms{5});
}
