// How alike sentences are, which are central, and what is chosen by it.
#define CAF_SUITE ranking

#include <random>
#include <sstream>

#include "actors/embed/analyzer.hpp"
#include "actors/research/ranked_pool.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::vector<std::vector<std::string>> terms_of(const std::vector<std::string>& sentences) {
  analyzer words;
  std::vector<std::vector<std::string>> out;
  for (auto& x : sentences)
    out.push_back(words.terms(x));
  return out;
}

// From the public record of the Eddystone Lighthouse, with one sentence of another matter.
const std::vector<std::string> lighthouse{
  "Smeaton built the third lighthouse on the Eddystone rocks of granite blocks.",
  "The granite blocks of the third lighthouse were joined by dovetails.",
  "Smeaton joined the granite blocks of the Eddystone lighthouse with dovetails and marble dowels.",
  "The rocks below the lighthouse were worn by the sea.", "Parliament sat late on Tuesday."};

} // namespace

CAF_TEST(sentences are alike by the terms they share) {
  sentence_graph graph{terms_of(lighthouse)};
  CAF_CHECK(graph.alike(0, 0) > 0.999 && graph.alike(0, 0) <= 1);
  CAF_CHECK_EQUAL(graph.alike(0, 1), graph.alike(1, 0));
  CAF_CHECK(graph.alike(1, 2) > graph.alike(1, 3));
  CAF_CHECK_EQUAL(graph.alike(0, 4), 0);
  CAF_CHECK_EQUAL(graph.alike(0, 99), 0);
}

CAF_TEST(the sentence that says what the others say is the central one) {
  auto central = sentence_graph{terms_of(lighthouse)}.centrality();
  CAF_REQUIRE_EQUAL(central.size(), lighthouse.size());
  CAF_CHECK_EQUAL(*std::max_element(central.begin(), central.end()), 1);
  CAF_CHECK(central[2] > central[3]);
  CAF_CHECK(central[1] > central[3]);
  CAF_CHECK_EQUAL(central[4], 0); // nothing else speaks of it
}

CAF_TEST(a line that is repeated does not become central by it) {
  auto repeated = lighthouse;
  for (int i = 0; i < 6; ++i)
    repeated.push_back("Parliament sat late on Tuesday.");
  auto central = sentence_graph{terms_of(repeated)}.centrality();
  CAF_CHECK_EQUAL(central[4], 0);
  CAF_CHECK_EQUAL(central.back(), central[4]);
  CAF_CHECK(central[2] > central[3]);
}

CAF_TEST(nothing and too much are held) {
  CAF_CHECK(sentence_graph{{}}.centrality().empty());
  auto empty = sentence_graph{{{}, {}}}.centrality();
  CAF_CHECK_EQUAL(empty, (std::vector<double>{0, 0}));
  std::vector<std::vector<std::string>> many;
  for (std::size_t i = 0; i < sentence_graph::most_sentences + 50; ++i)
    many.push_back(
      {"these", "ten", "words", "all", "sentences", "have", "and", "then", "a", "number", std::to_string(i)});
  auto central = sentence_graph{many}.centrality();
  CAF_CHECK_EQUAL(central.size(), many.size());
  CAF_CHECK(central[sentence_graph::most_sentences - 1] > 0);
  CAF_CHECK_EQUAL(central.back(), 0);
}

CAF_TEST(centrality is between 0 and 1 and the same on each run) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    std::mt19937 random{seed};
    std::vector<std::vector<std::string>> sentences(random() % 60);
    for (auto& x : sentences)
      for (auto n = random() % 12; n > 0; --n)
        x.push_back("t" + std::to_string(random() % 40));
    auto central = sentence_graph{sentences}.centrality();
    for (auto x : central)
      CAF_CHECK(x >= 0 && x <= 1);
    auto again = sentence_graph{sentences}.centrality();
    CAF_CHECK_EQUAL(central, again);
  }
}

CAF_TEST(the pool holds the best units and knows what was said) {
  page_units page;
  auto terms = terms_of(lighthouse);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    unit x;
    x.block = i;
    x.said = terms[i];
    x.form = i == 3 ? unit_form::code : unit_form::sentence;
    page.units.push_back(std::move(x));
  }
  ranked_pool pool{{page}, {{0.5, 0.9, 0.7, 1.0, 0.1}}, 0.3};
  std::vector<unit_place> expected{{0, 1}, {0, 2}, {0, 0}};
  CAF_CHECK(pool.places() == expected);
  CAF_CHECK_EQUAL(pool.centrality({0, 4}), 0);
  CAF_CHECK_EQUAL(pool.redundancy({0, 1}, {}), 0);
  CAF_CHECK(pool.redundancy({0, 1}, {{0, 2}}) > 0.3);
  auto both = pool.redundancy({0, 1}, {{0, 0}, {0, 2}});
  auto first = pool.redundancy({0, 1}, {{0, 0}});
  auto second = pool.redundancy({0, 1}, {{0, 2}});
  auto greater = std::max(first, second);
  CAF_CHECK_EQUAL(both, greater);
}
