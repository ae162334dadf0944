// The latent space: what it is fitted on finds its place again, words that share company stand together.
#define CAF_SUITE lsa_model

#include "actors/embed/lsa_model.hpp"

#include <cmath>
#include <random>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

const std::vector<std::vector<std::string>> topics{
  {"vacuum", "autovacuum", "tuple", "dead", "threshold", "worker"},
  {"index", "btree", "page", "split", "scan", "key"},
  {"replica", "standby", "stream", "slot", "primary", "lag"},
  {"query", "plan", "cost", "join", "hash", "merge"},
};

term_list list_of(const std::vector<std::string>& words) {
  term_list out;
  for (const auto& w : words)
    out.add(w);
  return out;
}

/// Passages of five words of a topic and one of any.
std::vector<term_list> passages(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::vector<term_list> out;
  for (std::size_t i = 0; i < n; ++i) {
    const auto& topic = topics[i % topics.size()];
    std::vector<std::string> words;
    for (int w = 0; w < 5; ++w)
      words.push_back(topic[random() % topic.size()]);
    const auto& any = topics[random() % topics.size()];
    words.push_back(any[random() % any.size()]);
    out.push_back(list_of(words));
  }
  return out;
}

lsa_space fitted(const std::vector<term_list>& on, lsa_options options = {}) {
  lsa_fit fit{options};
  for (const auto& x : on)
    fit.add(x);
  auto space = fit.fit();
  CAF_REQUIRE(space.has_value());
  return std::move(*space);
}

double cosine(const embedding& a, const embedding& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    sum += static_cast<double>(a.values[i]) * static_cast<double>(b.values[i]);
  return sum * static_cast<double>(a.scale) * static_cast<double>(b.scale);
}

/// As many dimensions as there are topics.
lsa_space small_space() {
  lsa_options options;
  options.dimensions = 4;
  return fitted(passages(200, 1), options);
}

} // namespace

CAF_TEST(words that share company stand together) {
  auto space = small_space();
  CAF_CHECK_EQUAL(space.dimensions(), 4u);
  CAF_CHECK_EQUAL(space.terms(), 24u);
  CAF_CHECK_EQUAL(space.fitted_on(), 200u);
  auto a = space.place(list_of({"vacuum"}));
  auto b = space.place(list_of({"dead", "worker"})); // not a word in common
  auto c = space.place(list_of({"replica", "slot"}));
  CAF_CHECK(cosine(a, b) > 0.8);
  CAF_CHECK(cosine(a, c) < 0.3);
  CAF_CHECK(std::abs(cosine(b, b) - 1) < 0.02);
}

CAF_TEST(what no fitted word is in has no place) {
  auto space = small_space();
  CAF_CHECK_EQUAL(space.place(list_of({"zebra"})).scale, 0.0F);
  CAF_CHECK_EQUAL(space.place({}).scale, 0.0F);
  CAF_CHECK_EQUAL(space.place({}).values.size(), 4u);
  auto known = space.place(list_of({"index", "key"}));
  CAF_CHECK(space.place(list_of({"zebra", "index", "key"})) == known);
}

CAF_TEST(a fit is the same each time and other passages make another) {
  auto on = passages(60, 3);
  auto first = fitted(on);
  CAF_CHECK_EQUAL(first.dimensions(), 20u); // a third of the passages
  auto second = fitted(on);
  CAF_CHECK_EQUAL(first.name(), second.name());
  CAF_CHECK(first.name().starts_with("lsa-1/") && first.name().size() == 22);
  on.pop_back();
  auto other = fitted(on);
  CAF_CHECK(other.name() != first.name());
}

CAF_TEST(too little is no space and limits hold) {
  lsa_fit few;
  for (const auto& x : passages(5, 1))
    few.add(x);
  few.add({});
  auto refused = few.fit();
  CAF_CHECK(!refused && refused.error().code == errc::invalid_argument);
  lsa_options options;
  options.most_passages = 30;
  options.most_terms = 10;
  auto space = fitted(passages(200, 2), options);
  CAF_CHECK_EQUAL(space.fitted_on(), 30u);
  CAF_CHECK_EQUAL(space.terms(), 10u);
  CAF_CHECK_EQUAL(space.dimensions(), 10u);
}

CAF_TEST(a stored space comes back and damage is refused) {
  auto space = small_space();
  auto bytes = space.save();
  auto again = lsa_space::load(bytes);
  CAF_REQUIRE(again.has_value());
  CAF_CHECK_EQUAL(again->name(), space.name());
  CAF_CHECK_EQUAL(again->fitted_on(), space.fitted_on());
  CAF_CHECK(again->place(list_of({"vacuum", "key"})) == space.place(list_of({"vacuum", "key"})));
  CAF_CHECK_EQUAL(again->save(), bytes);
  for (std::size_t cut : {std::size_t{0}, std::size_t{4}, std::size_t{20}, bytes.size() / 2, bytes.size() - 1}) {
    auto part = lsa_space::load(std::string_view{bytes}.substr(0, cut));
    CAF_CHECK(!part && part.error().code == errc::unreadable);
  }
  std::mt19937_64 random{7};
  for (int i = 0; i < 500; ++i) {
    auto bad = bytes;
    bad[random() % bad.size()] ^= static_cast<char>(1U << (random() % 8));
    CAF_CHECK(!lsa_space::load(bad));
  }
  CAF_CHECK(!lsa_space::load(bytes + "x"));
}

CAF_TEST(a model places texts through the analyzer) {
  auto space = std::make_shared<const lsa_space>(small_space());
  auto model = make_lsa_model(space);
  CAF_CHECK_EQUAL(model->name(), space->name());
  CAF_CHECK_EQUAL(model->dimensions(), 4u);
  std::string_view text = "Indexes, keys and the index.";
  auto documents = model->embed_documents({&text, 1}, "en");
  auto query = model->embed_query("the keys of an index; index");
  CAF_REQUIRE(documents && query);
  CAF_CHECK(documents->at(0) == *query);
  CAF_CHECK(documents->at(0).scale > 0);
  CAF_CHECK(documents->at(0) == space->place(list_of(analyzer{"en"}.terms(std::string{text}))));
}
