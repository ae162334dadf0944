// What lifts a passage beside the legs' scores: words together, words in its heading, a newer date.
#define CAF_SUITE boosts

#include "actors/index/boosts.hpp"

#include <cmath>

#include "actors/embed/hashed_model.hpp"
#include "actors/index/index_shard.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

bool near(double a, double b) { return std::abs(a - b) < 1e-9; }

/// "write ahead log", of which "write" is nearly everywhere and "log" is rare, with a word between the last two.
struct query {
  term_list terms;
  lexical_statistics known{1000, 50'000, {900, 100, 10}};
  query() {
    terms.add("write");
    terms.add("ahead");
    terms.skip(1);
    terms.add("log");
  }
  [[nodiscard]] query_shape shape() const { return {terms, known}; }
  [[nodiscard]] double weight(std::size_t i) const { return known.weight(i); }
};

struct fixture {
  std::unique_ptr<embedding_model> model = make_hashed_model();
  index_shard shard;

  void add(const std::string& id, const std::string& text, const std::string& heading = "",
           const std::string& published = "") {
    indexed_document d;
    d.embedded.document = document_id{id};
    d.language = "en";
    d.published = published;
    d.embedded.passages.push_back({0, 0, static_cast<std::uint32_t>(text.size()), heading, text});
    shard.add(d);
  }
  std::vector<passage_hit> find(const std::string& text, search_mode mode = search_mode::hybrid,
                                const fusion_choice* fusion = nullptr) {
    return shard.search({text, {}, mode, 10, nullptr, fusion});
  }
  std::string best(const std::string& text, search_mode mode = search_mode::hybrid) {
    auto hits = find(text, mode);
    return hits.empty() ? "" : hits[0].document.value;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(boosts_tests, fixture)

CAF_TEST(neighbours of the query are neighbours in the passage) {
  query q;
  auto shape = q.shape();
  auto all = q.weight(0) + q.weight(1); // of each pair the lesser weight
  CAF_CHECK(near(shape.phrases({{1000}, {1001}, {1003}}), 1));
  CAF_CHECK(near(shape.phrases({{1000}, {1002}, {1005}}), 1)); // each a word farther apart
  CAF_CHECK(near(shape.phrases({{1000}, {1003}, {1007}}), 0));
  CAF_CHECK(near(shape.phrases({{1001}, {1000}, {1009}}), 0)); // not in this order
  CAF_CHECK(near(shape.phrases({{1000, 1050}, {1010, 1051}, {}}), q.weight(0) / all));
  CAF_CHECK(near(shape.phrases({{}, {1001}, {1002}}), q.weight(1) / all));
  CAF_CHECK(near(shape.phrases({{}, {}, {}}), 0));
}

CAF_TEST(terms that nobody has are asked of nobody and one word is no phrase) {
  query q;
  q.known.frequencies[0] = 0;
  CAF_CHECK(near(q.shape().phrases({{}, {1001}, {1003}}), 1));
  CAF_CHECK(near(q.shape().heading({{}, {1}, {2}}), 1));
  q.known.frequencies = {0, 0, 0};
  CAF_CHECK(near(q.shape().phrases({{}, {}, {}}), 0));
  CAF_CHECK(near(q.shape().heading({{}, {}, {}}), 0));
  term_list repeated;
  repeated.add("log");
  repeated.add("log");
  CAF_CHECK(near(query_shape(repeated, {1000, 5000, {10}}).phrases({{1000, 1001}}), 0));
}

CAF_TEST(words of two readings are no neighbours) {
  term_list terms;
  terms.add("write");
  terms.skip(heading_positions);
  terms.add("schreib");
  CAF_CHECK(near(query_shape(terms, {1000, 5000, {10, 10}}).phrases({{1000}, {1001}}), 0));
}

CAF_TEST(a heading holds what stands before the text) {
  query q;
  auto shape = q.shape();
  auto all = q.weight(0) + q.weight(1) + q.weight(2);
  CAF_CHECK(near(shape.heading({{0}, {1}, {2, 1004}}), 1));
  CAF_CHECK(near(shape.heading({{1000}, {1001}, {2}}), q.weight(2) / all));
  CAF_CHECK(near(shape.heading({{1000}, {1001}, {1003}}), 0));
}

CAF_TEST(what is newer is fresher and what has no date is neither) {
  CAF_CHECK(near(freshness(20'000, 20'000), 1));
  CAF_CHECK(near(freshness(20'000 - 365, 20'000), 0.5));
  CAF_CHECK(freshness(-500'000, 20'000) < 1e-9);
  CAF_CHECK(near(freshness({}, 20'000), 0));
  CAF_CHECK(near(freshness({}, {}), 0));
}

CAF_TEST(of passages with the same words that comes first which has them together) {
  add("apart", "Others keep a log ahead of an archive they write.");
  add("other", "Nothing of the kind is said here by anybody.");
  add("together", "Others keep an archive of a write ahead log.");
  CAF_CHECK_EQUAL(best("write ahead log", search_mode::lexical), "apart"); // words alone do not know
  CAF_CHECK_EQUAL(best("write ahead log"), "together");
}

CAF_TEST(of passages with the same words that comes first which has them in its heading) {
  add("body", "Archives, briefly: vacuuming a table.", "Chapter one");
  add("heading", "Archives, briefly: chapter one.", "Vacuuming a table");
  CAF_CHECK_EQUAL(best("table vacuum", search_mode::lexical), "body");
  CAF_CHECK_EQUAL(best("table vacuum"), "heading");
}

CAF_TEST(of passages that are as good the newer one comes first and no other order changes) {
  add("undated", "The pump runs at 300.");
  add("old", "The pump runs at 300.", "", "2019-05-01");
  add("new", "The pump runs at 300.", "", "2025-05-01");
  CAF_CHECK_EQUAL(best("pump runs"), "new");
  CAF_CHECK_EQUAL(best("pump runs", search_mode::lexical), "undated");
  add("better", "The pump runs and the pump runs.", "", "2001-01-01");
  CAF_CHECK_EQUAL(best("pump runs"), "better");
}

CAF_TEST(scores stay within bounds and in order and only the best are lifted) {
  for (int i = 0; i < 80; ++i)
    add("d" + std::to_string(i),
        "write ahead log" + std::string(static_cast<std::size_t>(i) * 3, '.') + " entry " + std::to_string(i) + " of "
          + std::to_string(i / 7),
        i % 3 == 0 ? "The write ahead log" : "Other", "2025-01-01");
  auto vector = *model->embed_query("write ahead log");
  auto hits = shard.search({"write ahead log", {}, search_mode::hybrid, 80, &vector});
  CAF_REQUIRE_EQUAL(hits.size(), 80u);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    CAF_CHECK(hits[i].score >= 0 && hits[i].score <= 1);
    CAF_CHECK(i == 0 || hits[i].score <= hits[i - 1].score);
  }
  auto plain = three_legs;
  plain.boosts = {};
  auto before = shard.search({"write ahead log", {}, search_mode::hybrid, 80, &vector, &plain});
  std::set<std::string> lifted, best;
  for (std::size_t i = 0; i < boosted_depth; ++i) {
    lifted.insert(hits[i].document.value);
    best.insert(before[i].document.value);
  }
  CAF_CHECK(lifted == best);
}

CAF_TEST_FIXTURE_SCOPE_END()
