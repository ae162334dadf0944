// Rankings for somebody who reads on: documents take turns, copies come last, nothing is lost.
#define CAF_SUITE variety

#include "actors/index/variety.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "actors/embed/hashed_model.hpp"
#include "actors/index/index_shard.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

using places = std::vector<std::size_t>;

std::vector<candidate> ranked(const std::vector<double>& scores) {
  std::vector<candidate> result(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    result[i].at = static_cast<slot>(i);
    result[i].fused = scores[i];
  }
  return result;
}

places limited(const std::vector<double>& scores, const std::vector<std::uint32_t>& documents, std::size_t most) {
  auto ranking = ranked(scores);
  limit_documents(ranking, most, documents);
  places result;
  for (const auto& c : ranking)
    result.push_back(c.at);
  return result;
}

struct fixture {
  std::unique_ptr<embedding_model> model = make_hashed_model();
  index_shard shard;

  void add(const std::string& id, const std::vector<std::string>& texts) {
    indexed_document d;
    d.embedded.document = document_id{id};
    d.embedded.model = std::string{model->name()};
    d.language = "en";
    for (const auto& text : texts) {
      std::string_view view = text;
      d.embedded.passages.push_back({static_cast<std::uint32_t>(d.embedded.passages.size()), 0, 0, "", text});
      d.embedded.embeddings.push_back(model->embed_documents({&view, 1}, "en")->front());
    }
    shard.add(d);
  }
  std::vector<std::string> find(const std::string& text, std::size_t k, const variety* varied,
                                search_mode mode = search_mode::hybrid) {
    auto vector = *model->embed_query(text);
    std::vector<std::string> result;
    for (auto& hit : shard.search({text, {}, mode, k, &vector, nullptr, nullptr, varied}))
      result.push_back(hit.document.value + std::to_string(hit.found.ordinal));
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(variety_tests, fixture)

CAF_TEST(no document fills a ranking while others say half as much) {
  CAF_CHECK(limited({.9, .8, .7, .6, .5, .2}, {1, 1, 1, 1, 2, 3}, 2) == (places{0, 1, 4, 2, 3, 5}));
  CAF_CHECK(limited({.9, .8, .7, .2}, {1, 1, 1, 2}, 2) == (places{0, 1, 2, 3})); // too little to give way to
  CAF_CHECK(limited({.9, .8, .7}, {1, 1, 1}, 1) == (places{0, 1, 2}));           // nobody else
  CAF_CHECK(limited({.9, .8, .7}, {1, 1, 2}, 0) == (places{0, 1, 2}));           // no limit
  CAF_CHECK(limited({}, {}, 3).empty());
}

CAF_TEST(what is like something better comes later) {
  auto copies = [](std::size_t a, std::size_t b) { return a / 2 == b / 2 ? 1.0 : 0.0; }; // pairs
  std::vector<double> scores{.9, .8, .7, .6};
  CAF_CHECK(vary(scores, 0.5, copies) == (places{0, 2, 1, 3}));
  CAF_CHECK(vary(scores, 0, copies) == (places{0, 1, 2, 3}));
  CAF_CHECK(vary(scores, 0.1, copies) == (places{0, 2, 1, 3}));
  CAF_CHECK(vary({}, 0.5, copies).empty());
  auto different = [](std::size_t, std::size_t) { return 0.0; };
  CAF_CHECK(vary(scores, 0.9, different) == (places{0, 1, 2, 3}));
}

CAF_TEST(nothing is lost and nothing comes twice) {
  std::mt19937 random{5};
  for (int i = 0; i < 50; ++i) {
    std::vector<double> scores(random() % 60);
    for (auto& x : scores)
      x = static_cast<double>(random() % 1000) / 1000;
    std::sort(scores.rbegin(), scores.rend());
    std::vector<std::uint32_t> documents(scores.size());
    for (auto& x : documents)
      x = static_cast<std::uint32_t>(random() % 5);
    auto order = vary(scores, 0.5, [&](auto a, auto b) { return documents[a] == documents[b] ? 1.0 : 0.0; });
    auto limit = limited(scores, documents, 3);
    places all(scores.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    CAF_CHECK(std::is_permutation(order.begin(), order.end(), all.begin(), all.end()));
    CAF_CHECK(std::is_permutation(limit.begin(), limit.end(), all.begin(), all.end()));
  }
}

CAF_TEST(only copies are alike) {
  CAF_CHECK_EQUAL(likeness_of(-0.2), 0);
  CAF_CHECK_EQUAL(likeness_of(0.95), 0); // most words shared
  CAF_CHECK_EQUAL(likeness_of(same_matter), 0);
  CAF_CHECK_EQUAL(likeness_of(1), 1);
  CAF_CHECK_EQUAL(likeness_of(1.01), 1); // as 8 bits may have it
  auto half = likeness_of((1 + same_matter) / 2);
  CAF_CHECK(half > 0.49 && half < 0.51);
}

CAF_TEST(a shard varies hybrid searches for those who ask for it) {
  add("a", {"The vacuum of a table reclaims its storage.", "Storage of a table is reclaimed by vacuum, as is said.",
            "Vacuum, table, storage: an index of words."});
  add("copy", {"The vacuum of a table reclaims its storage."});
  add("other", {"A vacuum cleaner stands on the table beside the storage heater."});
  add("none", {"Guitars are made of wood."});
  std::string query = "table vacuum storage";
  auto plain = find(query, 4, nullptr);
  CAF_REQUIRE_EQUAL(plain.size(), 4u);
  variety novel{0.5, 0};
  auto varied = find(query, 4, &novel);
  CAF_CHECK(std::is_permutation(plain.begin(), plain.end(), varied.begin(), varied.end()));
  CAF_CHECK(plain.back() != "copy0");
  CAF_CHECK_EQUAL(varied.back(), "copy0");
  CAF_CHECK_EQUAL(varied.front(), plain.front());
  variety one_each{0, 1};
  CAF_CHECK((find(query, 3, nullptr) == std::vector<std::string>{"a2", "a0", "copy0"}));
  CAF_CHECK((find(query, 3, &one_each) == std::vector<std::string>{"a2", "copy0", "a0"})); // "other" says too little
  CAF_CHECK_EQUAL(find(query, 100, &one_each).size(), find(query, 100, nullptr).size());
  for (auto mode : {search_mode::lexical, search_mode::vector})
    CAF_CHECK(find(query, 10, &novel, mode) == find(query, 10, nullptr, mode));
}

CAF_TEST_FIXTURE_SCOPE_END()
