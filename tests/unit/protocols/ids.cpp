// Ids of researches: their form, and that they sort as they were made.
#define CAF_SUITE ids

#include "protocols/ids.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <thread>
#include <vector>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string made(std::int64_t ms) {
  return make_research_id(std::chrono::system_clock::time_point{std::chrono::milliseconds{ms}}).value;
}

} // namespace

CAF_TEST(ids have the form of a ULID and begin with their time) {
  auto id = made(1'469'918'176'385);
  CAF_CHECK(is_research_id(id));
  CAF_CHECK_EQUAL(id.substr(0, 12), "r_01ARYZ6S41"); // the time of the ULID specification's example
  CAF_CHECK(!is_research_id("r_01ARYZ6S41TSV4RRFFQ69G5FA"));
  CAF_CHECK(!is_research_id("d_01ARYZ6S41TSV4RRFFQ69G5FAV"));
  CAF_CHECK(!is_research_id("r_01ARYZ6S41TSV4RRFFQ69G5FAU"));
}

CAF_TEST(ids of one millisecond sort as they were made) {
  auto before = made(1'000);
  for (int i = 0; i < 5000; ++i) {
    auto next = made(1'000);
    if (!(before < next))
      CAF_ERROR(before << " and then " << next);
    before = next;
  }
  CAF_CHECK(before < made(1'001));
}

CAF_TEST(ids of one millisecond differ though several threads make them) {
  std::array<std::vector<std::string>, 4> lists;
  {
    std::vector<std::jthread> threads;
    for (auto& list : lists)
      threads.emplace_back([&list] {
        for (int i = 0; i < 2000; ++i)
          list.push_back(made(2'000));
      });
  }
  std::set<std::string> all;
  for (auto& list : lists) {
    CAF_CHECK(std::is_sorted(list.begin(), list.end()));
    all.insert(list.begin(), list.end());
  }
  CAF_CHECK_EQUAL(all.size(), 8000u);
}
