// What is known of the pages a cache holds: never too little, and nothing of those that passed.
#define CAF_SUITE page_cache

#include <random>
#include <set>

#include "storage/sqlite/page_cache.hpp"

#include "caf/test/unit_test.hpp"

using troupe::storage::sqlite::page_ceiling;

namespace {

constexpr unsigned in_passing = 262'145; ///< where SQLite puts a page while it gives others their numbers

struct cache {
  page_ceiling ceiling;
  std::set<unsigned> pages;

  void fetch(unsigned key) {
    pages.insert(key);
    ceiling.holds(key);
  }
  void rekey(unsigned from, unsigned to) {
    pages.erase(from);
    pages.insert(to);
    ceiling.renumbered(from, to);
  }
  void drop(unsigned key) { pages.erase(key); } // of which nobody is told
  bool cut(unsigned limit) {
    auto done = ceiling.cut(limit);
    if (done)
      pages.erase(pages.lower_bound(limit), pages.end());
    return done;
  }
  [[nodiscard]] bool beyond(unsigned limit) const { return pages.lower_bound(limit) != pages.end(); }
};

} // namespace

CAF_TEST(nothing is looked for beyond the highest page) {
  cache x;
  CAF_CHECK(!x.cut(1));
  for (unsigned key : {3U, 9U, 4U})
    x.fetch(key);
  CAF_CHECK(!x.cut(10));
  CAF_CHECK(x.cut(9));
  CAF_CHECK(!x.cut(9));
  CAF_CHECK(x.cut(4));
  x.fetch(9);
  CAF_CHECK(x.cut(5));
}

CAF_TEST(pages that change places leave nothing to look for) {
  cache x;
  x.fetch(7);
  x.fetch(8);
  x.rekey(8, in_passing);
  CAF_CHECK(x.cut(10)); // it is there now
  x.fetch(8);
  x.rekey(8, in_passing);
  x.rekey(7, 8);
  x.rekey(in_passing, 7);
  CAF_CHECK(!x.cut(10));
  CAF_CHECK(x.cut(8));
}

CAF_TEST(a page that passed and was dropped is looked for once) {
  cache x;
  x.fetch(2);
  x.rekey(2, in_passing);
  x.drop(in_passing);
  CAF_CHECK(x.cut(100));
  CAF_CHECK(!x.cut(100));
}

CAF_TEST(whatever is done no page beyond the cut is left) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random{seed};
    auto upto = [&](unsigned most) { return std::uniform_int_distribution<unsigned>{1, most}(random); };
    cache x;
    auto skipped = 0;
    for (int step = 0; step < 2000; ++step) {
      auto any = [&] { return *std::next(x.pages.begin(), upto(static_cast<unsigned>(x.pages.size())) - 1); };
      switch (upto(6)) {
      case 1:
      case 2:
        x.fetch(upto(300));
        break;
      case 3:
        if (!x.pages.empty())
          x.drop(any());
        break;
      case 4:
      case 5:
        if (!x.pages.empty())
          x.rekey(any(), upto(3) == 1 ? in_passing + upto(3) : upto(300));
        break;
      default: {
        auto limit = upto(330);
        skipped += x.cut(limit) ? 0 : 1;
        CAF_REQUIRE(!x.beyond(limit));
      }
      }
    }
    CAF_CHECK(skipped > 0);
  }
}
