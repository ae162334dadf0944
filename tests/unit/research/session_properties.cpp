// Properties of sessions: the process may die at any point, with or without the commit that was under way, and answers
// may come in any order; the log says the same once, in an order that holds.
#define CAF_SUITE session_properties

#include <random>

#include "tests/unit/research/session_checks.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

using namespace std::chrono_literals;

fake_world finished(fake_world w, bool web, std::size_t& steps) {
  queue(w);
  drive d{w, row_of(w, web)};
  d.run();
  check_log(w);
  CAF_REQUIRE_EQUAL(w.status, research_status::done);
  steps = d.steps;
  return w;
}

/// Runs `n` steps and is gone. What was on its way to the store gets there or not.
void die_after(fake_world& w, bool web, std::size_t n, bool last_commit) {
  drive d{w, row_of(w, web)};
  d.take(d.machine.start(d.at));
  while (d.steps < n && !d.machine.ended()) {
    if (!d.todo.empty()) {
      d.step();
      continue;
    }
    d.advance(200ms);
    d.take(d.machine.tick(d.at));
    d.grant();
    ++d.steps;
  }
  for (auto& x : d.todo)
    if (auto* commit = std::get_if<commit_research>(&x.what); commit != nullptr && last_commit)
      w(*commit);
}

void die_everywhere(const fake_world& fresh, bool web) {
  std::size_t steps = 0;
  auto whole = finished(fresh, web, steps);
  for (std::size_t n = 0; n <= steps; ++n)
    for (auto last_commit : {false, true}) {
      CAF_MESSAGE("gone after " << n << " of " << steps << " steps, its last commit " << last_commit);
      auto w = fresh;
      queue(w);
      die_after(w, web, n, last_commit);
      if (is_final_event(w.log.back().type))
        continue; // it had ended
      auto before = pages_of(w);
      auto kept = w.log;
      w.fetched.clear();
      w.ends.clear();
      drive second{w, row_of(w, web, 2)};
      second.run();
      check_log(w);
      CAF_REQUIRE(w.log.size() > kept.size());
      CAF_CHECK(std::equal(kept.begin(), kept.end(), w.log.begin()));
      CAF_CHECK_EQUAL(pages_of(w), pages_of(whole));
      for (auto& url : w.fetched)
        CAF_CHECK(!before.contains(url));
      CAF_REQUIRE(!w.reports.empty());
      CAF_CHECK_EQUAL(w.reports.back().markdown, whole.reports.back().markdown);
      CAF_CHECK_EQUAL(w.status, research_status::done);
    }
}

/// Answers in any order. Pages may end otherwise then (which of two equal ones is the duplicate), the answer not.
void any_order(const fake_world& fresh, bool web, std::uint32_t seed) {
  auto w = fresh;
  queue(w);
  std::minstd_rand random{seed};
  session_options options;
  options.commit_pages = 3;
  drive d{w, row_of(w, web), options};
  std::size_t seen = 0;
  std::size_t acknowledged = 0; // documents that the index had before the commit that says so was asked for
  d.before = [&](drive& x) {
    for (; seen < x.world.log.size(); ++seen) {
      auto data = decode_data(x.world.log[seen].type, x.world.log[seen].data);
      if (auto* indexed = std::get_if<events::passages_indexed>(&*data))
        CAF_CHECK_LESS_OR_EQUAL(indexed->documents, acknowledged);
    }
    acknowledged = x.world.indexed.size();
    if (x.todo.size() > 1) {
      auto nth = random() % x.todo.size();
      std::swap(x.todo.front(), x.todo[nth]);
    }
    if (random() % 4 == 0) {
      x.advance(std::chrono::milliseconds{random() % 90});
      x.take(x.machine.tick(x.at));
    }
  };
  d.run();
  check_log(w);
  CAF_CHECK_EQUAL(w.status, research_status::done);
  CAF_REQUIRE_EQUAL(w.reports.size(), 1u);
  CAF_CHECK(!w.reports[0].citations.empty());
  for (auto& [queue, pool] : w.pools)
    CAF_CHECK_EQUAL(pool.uncovered, 0u);
}

} // namespace

CAF_TEST(a web research may be cut off anywhere) { die_everywhere(small_web(), true); }

CAF_TEST(a research over files may be cut off anywhere) { die_everywhere(small_folder(9), false); }

CAF_TEST(answers may come in any order) {
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    CAF_MESSAGE("seed " << seed);
    any_order(small_web(), true, seed);
    any_order(small_folder(14), false, seed);
  }
}
