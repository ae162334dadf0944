// Exact scans against floating point, the graph against exact scans.
#define CAF_SUITE vector_index

#include "actors/index/vector_index.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "actors/embed/embedding_model.hpp"
#include "actors/index/component_weights.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

constexpr std::size_t dimensions = 64;

struct source {
  std::mt19937 random{7};
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> centres;

  source() {
    for (int i = 0; i < 40; ++i)
      centres.push_back(noise());
  }
  std::vector<float> noise() {
    std::vector<float> v(dimensions);
    for (auto& x : v)
      x = normal(random);
    return v;
  }
  /// Real vectors have neighbours: each is near one of some centres.
  std::vector<float> next() {
    auto v = noise();
    const auto& c = centres[random() % centres.size()];
    for (std::size_t i = 0; i < v.size(); ++i)
      v[i] = c[i] + 0.7F * v[i];
    return v;
  }
};

std::vector<slot> slots(const std::vector<scored_slot>& hits) {
  std::vector<slot> result;
  for (const auto& h : hits)
    result.push_back(h.at);
  return result;
}

double product(const std::vector<float>& query, const embedding& x) {
  double sum = 0;
  for (std::size_t i = 0; i < query.size(); ++i)
    sum += static_cast<double>(query[i]) * static_cast<double>(x.scale) * x.values[i];
  return sum;
}

} // namespace

CAF_TEST(quantised vectors are near what they were) {
  source s;
  for (int i = 0; i < 50; ++i) {
    auto v = s.next();
    double norm = 0;
    for (auto x : v)
      norm += static_cast<double>(x) * static_cast<double>(x);
    auto q = expand(quantise(v));
    for (std::size_t j = 0; j < v.size(); ++j)
      CAF_REQUIRE(std::abs(static_cast<double>(q[j]) - static_cast<double>(v[j]) / std::sqrt(norm)) < 0.01);
  }
  CAF_CHECK_EQUAL(quantise(std::vector<float>(8, 0.0F)).scale, 0.0F);
}

CAF_TEST(a scan is exact) {
  source s;
  vector_index index{dimensions};
  std::vector<embedding> all;
  for (slot i = 0; i < 3000; ++i) {
    all.push_back(quantise(s.next()));
    CAF_REQUIRE(index.add(i, all.back()));
  }
  for (slot i = 0; i < 3000; i += 5)
    index.remove(i);
  slot_set thirds;
  for (slot i = 0; i < 3000; i += 3)
    thirds.insert(i);
  for (int round = 0; round < 20; ++round) {
    auto query = expand(quantise(s.next()));
    for (const auto* only : {static_cast<const slot_set*>(nullptr), static_cast<const slot_set*>(&thirds)}) {
      std::vector<std::pair<double, slot>> expected;
      for (slot i = 0; i < 3000; ++i)
        if (i % 5 != 0 && (only == nullptr || only->contains(i)))
          expected.emplace_back(-product(query, all[i]), i);
      std::sort(expected.begin(), expected.end());
      auto hits = index.search(query, 10, only);
      CAF_REQUIRE_EQUAL(hits.size(), 10u);
      for (std::size_t i = 0; i < hits.size(); ++i) {
        CAF_REQUIRE(std::abs(static_cast<double>(hits[i].score) + expected[i].first) < 2e-3);
        CAF_REQUIRE(hits[i].at % 5 != 0 && (only == nullptr || only->contains(hits[i].at)));
        CAF_REQUIRE_EQUAL(index.score(hits[i].at, widen(query)), hits[i].score);
      }
    }
  }
}

CAF_TEST(what does not fit is not taken) {
  vector_index index{dimensions};
  CAF_CHECK(!index.add(0, embedding{1, std::vector<std::int8_t>(8, 1)}));
  CAF_CHECK(!index.add(1, embedding{}));
  CAF_CHECK_EQUAL(index.size(), 0u);
  CAF_CHECK(index.search(std::vector<float>(dimensions, 1), 3).empty());
  CAF_CHECK(index.add(2, quantise(std::vector<float>(dimensions, 1))));
  CAF_CHECK(index.search(std::vector<float>(3, 1), 3).empty());
  CAF_CHECK(index.at(0).values.empty());
  CAF_CHECK_EQUAL(index.at(2).values.size(), dimensions);
  index.remove(17);
  CAF_CHECK_EQUAL(index.size(), 1u);
}

CAF_TEST(the graph finds nearly all and filters lose nothing) {
  source s;
  vector_index graph{dimensions, {500, 200}};
  vector_index exact{dimensions, {1000000, 200}};
  for (slot i = 0; i < 6000; ++i) {
    auto v = quantise(s.next());
    graph.add(i, v);
    exact.add(i, v);
  }
  CAF_CHECK_EQUAL(exact.backlog(), 0u);
  CAF_CHECK_EQUAL(graph.backlog(), 6000u);
  while (graph.backlog() > 700) // the rest stays outside, to be scanned
    graph.extend_graph(100);
  for (slot i = 0; i < 6000; i += 7) {
    graph.remove(i);
    exact.remove(i);
  }
  slot_set few;
  slot_set most;
  for (slot i = 0; i < 6000; ++i) {
    if (i % 11 == 0)
      few.insert(i);
    if (i % 4 != 0)
      most.insert(i);
  }
  std::size_t found = 0;
  std::size_t found_filtered = 0;
  for (int round = 0; round < 50; ++round) {
    auto query = expand(quantise(s.next()));
    auto want = slots(exact.search(query, 10));
    for (auto at : slots(graph.search(query, 10)))
      found += static_cast<std::size_t>(std::count(want.begin(), want.end(), at));
    want = slots(exact.search(query, 10, &most));
    for (auto at : slots(graph.search(query, 10, &most))) {
      CAF_REQUIRE(at % 4 != 0 && at % 7 != 0);
      found_filtered += static_cast<std::size_t>(std::count(want.begin(), want.end(), at));
    }
    CAF_REQUIRE(graph.search(query, 10, &few) == exact.search(query, 10, &few));
  }
  CAF_MESSAGE("recall " << static_cast<double>(found) / 500 << " and filtered "
                        << static_cast<double>(found_filtered) / 500);
  CAF_CHECK(found >= 475);
  CAF_CHECK(found_filtered >= 475);
  graph.add(6000, exact.at(1));
  auto newest = slots(graph.search(expand(exact.at(1)), 2));
  CAF_CHECK(std::count(newest.begin(), newest.end(), 6000u) == 1);
}

CAF_TEST(common components weigh less in a query) {
  component_weights weights{4};
  for (int i = 0; i < 20; ++i)
    weights.add(quantise(std::vector<float>{10, i % 2 == 0 ? 3.0F : 0.0F, i == 7 ? 5.0F : 0.0F, 0}));
  auto query = weights.weigh(quantise(std::vector<float>{1, 1, 1, 0}));
  CAF_REQUIRE_EQUAL(query.size(), 4u);
  CAF_CHECK(query[0] < query[1] && query[1] < query[2]);
  double norm = 0;
  for (auto x : query)
    norm += static_cast<double>(x) * static_cast<double>(x);
  CAF_CHECK(std::abs(norm - 1) < 1e-5);
  CAF_CHECK(weights.weigh(embedding{1, {1, 2}}).empty());
  component_weights undone{4};
  auto x = quantise(std::vector<float>{1, 2, 3, 4});
  undone.add(x);
  undone.remove(x);
  CAF_CHECK(undone.weigh(x) == component_weights{4}.weigh(x));
}
