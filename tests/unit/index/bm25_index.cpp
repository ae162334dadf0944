// The inverted index against a naive model, by seeded operations.
#define CAF_SUITE bm25_index

#include "actors/index/bm25_index.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "actors/embed/analyzer.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

using text = std::vector<std::string>;

term_list list(const text& words) {
  term_list result;
  for (const auto& w : words)
    result.add(w);
  return result;
}

/// BM25 as its paper writes it, over every passage.
struct naive_index {
  std::map<slot, text> passages;

  [[nodiscard]] double df(const std::string& term) const {
    return static_cast<double>(std::count_if(passages.begin(), passages.end(), [&](const auto& p) {
      return std::find(p.second.begin(), p.second.end(), term) != p.second.end();
    }));
  }
  [[nodiscard]] std::map<slot, double> search(const text& query, const slot_set* only) const {
    double length = 0;
    for (const auto& [at, words] : passages)
      length += static_cast<double>(words.size());
    auto n = static_cast<double>(passages.size());
    std::map<slot, double> scores;
    for (const auto& term : query) {
      auto d = df(term);
      auto idf = std::log(1 + (n - d + 0.5) / (d + 0.5));
      for (const auto& [at, words] : passages) {
        auto tf = static_cast<double>(std::count(words.begin(), words.end(), term));
        if (tf > 0 && (only == nullptr || only->contains(at)))
          scores[at] += idf * tf / (tf + 0.9 * (1 - 0.4 + 0.4 * static_cast<double>(words.size()) / (length / n)));
      }
    }
    return scores;
  }
};

void compare(bm25_index& index, const naive_index& model, const text& query, std::size_t k, const slot_set* only) {
  auto expected = model.search(query, only);
  auto hits = index.search(list(query), k, only);
  auto count = std::min(k, expected.size());
  CAF_REQUIRE_EQUAL(hits.size(), count);
  std::vector<double> best;
  for (const auto& [at, score] : expected)
    best.push_back(score);
  std::sort(best.rbegin(), best.rend());
  for (std::size_t i = 0; i < hits.size(); ++i) {
    CAF_REQUIRE(expected.count(hits[i].at) == 1);
    CAF_REQUIRE(std::abs(expected[hits[i].at] - static_cast<double>(hits[i].score)) < 1e-4);
    CAF_REQUIRE(std::abs(best[i] - static_cast<double>(hits[i].score)) < 1e-4);
    CAF_REQUIRE(i == 0 || better(hits[i - 1], hits[i]));
  }
}

} // namespace

CAF_TEST(a rare term weighs more than a common one) {
  bm25_index index;
  index.add(0, list({"vacuum", "table"}));
  index.add(1, list({"table", "index"}));
  index.add(2, list({"table", "row"}));
  auto hits = index.search(list({"vacuum", "table"}), 10);
  CAF_REQUIRE_EQUAL(hits.size(), 3u);
  CAF_CHECK_EQUAL(hits[0].at, 0u);
  CAF_CHECK_EQUAL(index.frequency("table"), 3u);
  CAF_CHECK(index.search(list({"unknown"}), 10).empty());
  CAF_CHECK(index.search(list({}), 10).empty());
  CAF_CHECK(index.search(list({"table"}), 0).empty());
}

CAF_TEST(an empty passage is no match and no harm) {
  bm25_index index;
  index.add(0, list({}));
  index.add(5, list({"a"}));
  CAF_CHECK_EQUAL(index.size(), 1u);
  CAF_CHECK_EQUAL(index.search(list({"a"}), 3).size(), 1u);
  index.remove(0, list({}));
  index.remove(99, list({"a"}));
  CAF_CHECK_EQUAL(index.size(), 1u);
}

CAF_TEST(seeded operations agree with a naive index) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    CAF_MESSAGE("seed " << seed);
    std::mt19937 random{seed};
    auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    // Low numbers are common, as words are.
    auto word = [&] { return "w" + std::to_string(pick(1 + pick(1 + pick(200)))); };
    bm25_index index;
    naive_index model;
    slot next = 0;
    for (int step = 0; step < 1500; ++step) {
      auto choice = pick(10);
      if (choice < 6) {
        text words(pick(40));
        std::generate(words.begin(), words.end(), word);
        next += static_cast<slot>(1 + pick(pick(50) == 0 ? 5000 : 2));
        index.add(next, list(words));
        if (!words.empty())
          model.passages[next] = words;
      } else if (choice < 8 && !model.passages.empty()) {
        auto victim = std::next(model.passages.begin(), static_cast<std::ptrdiff_t>(pick(model.passages.size())));
        index.remove(victim->first, list(victim->second));
        model.passages.erase(victim);
      } else if (step % 7 == 0) {
        text query(1 + pick(5));
        std::generate(query.begin(), query.end(), word);
        slot_set only;
        for (const auto& [at, words] : model.passages)
          if (pick(3) == 0)
            only.insert(at);
        compare(index, model, query, 1 + pick(30), pick(2) == 0 ? &only : nullptr);
      }
      CAF_REQUIRE_EQUAL(index.size(), model.passages.size());
    }
  }
}

CAF_TEST(dead postings are purged and the rest stays right) {
  bm25_index index;
  naive_index model;
  for (slot i = 0; i < 6000; ++i) {
    text words{"all", "w" + std::to_string(i % 37), "x" + std::to_string(i)};
    index.add(i, list(words));
    model.passages[i] = words;
  }
  for (slot i = 0; i < 6000; i += 1 + i % 2) { // more than two thirds of them
    index.remove(i, list(model.passages[i]));
    model.passages.erase(i);
  }
  CAF_CHECK_EQUAL(index.frequency("all"), model.passages.size());
  compare(index, model, {"all", "w3", "x5999"}, 50, nullptr);
}
