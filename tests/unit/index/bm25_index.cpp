// The inverted index against a naive model, by seeded operations.
#define CAF_SUITE bm25_index

#include "actors/index/bm25_index.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <set>

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
  /// Passages in which the words of `phrase` follow one another; `gap` words are left out behind the first.
  [[nodiscard]] std::set<slot> holding(const text& phrase, std::size_t gap) const {
    std::set<slot> result;
    for (const auto& [at, words] : passages)
      for (std::size_t from = 0; from + phrase.size() + gap <= words.size(); ++from) {
        auto same = words[from] == phrase[0];
        for (std::size_t i = 1; i < phrase.size(); ++i)
          same = same && words[from + gap + i] == phrase[i];
        if (same)
          result.insert(at);
      }
    return result;
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

std::set<slot> all_of(const slot_set& x) {
  std::set<slot> result;
  x.each_from(0, [&](slot at) { result.insert(at); });
  return result;
}

term_list with_gap(const text& words, std::uint32_t gap) {
  term_list result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    result.add(words[i]);
    if (i == 0)
      result.skip(gap);
  }
  return result;
}

void compare_phrases(const bm25_index& index, const naive_index& model, const text& phrase, std::uint32_t gap) {
  auto found = index.holding(with_gap(phrase, gap));
  CAF_REQUIRE(all_of(found) == model.holding(phrase, gap));
  CAF_REQUIRE_EQUAL(found.size(), all_of(found).size());
}

/// Where the words of `query` stand in some passages, dead ones among them.
void compare_places(const bm25_index& index, const naive_index& model, const text& query, std::mt19937& random) {
  std::vector<slot> asked;
  for (slot at = 0; at < (model.passages.empty() ? 10 : model.passages.rbegin()->first + 5);
       at += static_cast<slot>(1 + random() % 90))
    asked.push_back(at);
  text distinct;
  for (const auto& word : query)
    if (std::find(distinct.begin(), distinct.end(), word) == distinct.end())
      distinct.push_back(word);
  std::size_t told = 0;
  index.each_place(list(query), asked, [&](slot at, const term_places& places) {
    CAF_REQUIRE_EQUAL(at, asked[told++]);
    CAF_REQUIRE_EQUAL(places.size(), distinct.size());
    auto passage = model.passages.find(at);
    if (passage == model.passages.end())
      return; // gone: its postings may be there yet
    for (std::size_t i = 0; i < distinct.size(); ++i) {
      std::vector<std::uint32_t> expected;
      for (std::size_t p = 0; p < passage->second.size(); ++p)
        if (passage->second[p] == distinct[i])
          expected.push_back(static_cast<std::uint32_t>(p));
      CAF_REQUIRE(places[i] == expected);
    }
  });
  CAF_REQUIRE_EQUAL(told, asked.size());
}

/// Low numbers are common, as words are.
std::string common_word(std::mt19937& random, unsigned many) {
  auto pick = [&](std::size_t n) { return random() % n; };
  return "w" + std::to_string(pick(1 + pick(1 + pick(many))));
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
    auto word = [&] { return common_word(random, 200); };
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
        index.purge_more(1 + pick(500));
      } else if (step % 7 == 0) {
        text query(1 + pick(5));
        std::generate(query.begin(), query.end(), word);
        slot_set only;
        for (const auto& [at, words] : model.passages)
          if (pick(3) == 0)
            only.insert(at);
        compare(index, model, query, 1 + pick(30), pick(2) == 0 ? &only : nullptr);
        compare_phrases(index, model, query, static_cast<std::uint32_t>(query.size() > 1 ? pick(2) : 0));
        compare_places(index, model, query, random);
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
  auto steps = 1;
  while (index.purge_more(1000))
    ++steps;
  CAF_CHECK(steps > 3);
  CAF_CHECK(!index.purge_more(1000)); // nothing dead is left
  CAF_CHECK_EQUAL(index.frequency("all"), model.passages.size());
  compare_phrases(index, model, {"all", "w3"}, 0);
  compare(index, model, {"all", "w3", "x5999"}, 50, nullptr);
}

CAF_TEST(what is passed over changes no answer) {
  std::mt19937 random{7};
  bm25_index index;
  naive_index model;
  for (slot at = 0; at < 20'000; ++at) {
    text words(1 + random() % 30);
    std::generate(words.begin(), words.end(), [&] { return common_word(random, 3000); });
    index.add(at, list(words));
    model.passages[at] = words;
  }
  for (int i = 0; i < 30; ++i) {
    text query(1 + random() % 8);
    std::generate(query.begin(), query.end(), [&] { return common_word(random, 3000); });
    auto all = index.search(list(query), 20'000);
    for (std::size_t k : {1U, 10U, 100U, 1000U}) {
      auto best = index.search(list(query), k);
      CAF_REQUIRE(best == std::vector<scored_slot>(all.begin(), all.begin() + std::min(k, all.size())));
    }
    if (i < 3)
      compare(index, model, query, 100, nullptr);
    compare_places(index, model, query, random);
  }
}

CAF_TEST(parts that know the statistics of the whole score as the whole) {
  std::mt19937 random{11};
  bm25_index whole;
  std::array<bm25_index, 3> parts;
  for (slot at = 0; at < 900; ++at) {
    text words(random() % 30);
    std::generate(words.begin(), words.end(), [&] { return common_word(random, 100); });
    whole.add(at, list(words));
    parts[at % 3].add(at, list(words));
  }
  auto query = list({"w3", "nowhere", "w17", "w3", "w40"});
  lexical_statistics sum;
  for (const auto& part : parts)
    sum.add(part.statistics(query));
  CAF_CHECK_EQUAL(sum.frequencies.size(), 4u);
  CAF_CHECK_EQUAL(sum.passages, whole.size());
  std::vector<scored_slot> merged;
  for (const auto& part : parts)
    for (const auto& x : part.search(query, 900, nullptr, &sum))
      merged.push_back(x);
  std::sort(merged.begin(), merged.end(), better<float>);
  CAF_CHECK(merged == whole.search(query, 900));
}

CAF_TEST(a phrase is found where its words stand so) {
  analyzer english;
  bm25_index index;
  slot at = 0;
  for (const auto* x : {"The vacuum of the table runs", "vacuum table", "A table, vacuumed", "vacuum a large table",
                        "set autovacuum_vacuum_threshold now", "it is autovacuum_vacuum_threshold"}) {
    term_list terms;
    english.analyze(x, terms);
    index.add(at++, terms);
  }
  auto found = [&](std::string_view phrase) {
    term_list terms;
    english.analyze(phrase, terms);
    return all_of(index.holding(terms));
  };
  CAF_CHECK(found("vacuum table") == (std::set<slot>{1}));
  CAF_CHECK(found("vacuum of the table") == (std::set<slot>{0, 3})); // stop words are any words
  CAF_CHECK(found("vacuums in those tables") == (std::set<slot>{})); // "those" is a term
  CAF_CHECK(found("tables vacuuming") == (std::set<slot>{2}));
  CAF_CHECK(found("vacuum threshold") == (std::set<slot>{4, 5}));
  CAF_CHECK(found("set autovacuum_vacuum_threshold") == (std::set<slot>{4}));
  CAF_CHECK(found("autovacuum_vacuum_threshold now") == (std::set<slot>{4}));
  CAF_CHECK(found("nowhere") == (std::set<slot>{}));
}
