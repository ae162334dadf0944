// Near-duplicates by their hashes: texts made of words drawn with a fixed seed.
#define CAF_SUITE extract_simhash

#include <random>
#include <string>
#include <vector>

#include "actors/scrape/extract/simhash.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::vector<std::string> draw_words(std::mt19937& source, std::size_t n) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < n; ++i)
    words.push_back("w" + std::to_string(source() % 5000));
  return words;
}

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
  std::string text;
  for (auto& x : words)
    text.append(x).append(between);
  return text;
}

} // namespace

CAF_TEST(the hash is the same everywhere) {
  CAF_CHECK_EQUAL(simhash_of(""), 0u);
  CAF_CHECK_EQUAL(simhash_of(" .,\n"), 0u);
  CAF_CHECK_EQUAL(simhash_of("The ferry left the island at dawn."),
                  simhash_of("the FERRY left: the island\n\nat dawn"));
  CAF_CHECK_NOT_EQUAL(simhash_of("one two"), simhash_of("two one"));
  CAF_CHECK_NOT_EQUAL(simhash_of("one"), simhash_of("two"));
  CAF_CHECK_EQUAL(simhash_of("The ferry left the island at dawn."), 3548784099857765121u);
}

CAF_TEST(copies with other punctuation or one word changed are near and other texts far) {
  std::mt19937 source{20021119};
  int near = 0;
  constexpr int rounds = 50;
  for (int i = 0; i < rounds; ++i) {
    auto words = draw_words(source, 2000);
    auto hash = simhash_of(joined(words));
    CAF_CHECK_EQUAL(simhash_distance(hash, simhash_of(joined(words, ", "))), 0);
    auto other = simhash_of(joined(draw_words(source, 2000)));
    CAF_CHECK(simhash_distance(hash, other) > 10);
    CAF_CHECK(!near_duplicates(hash, other));
    words[source() % words.size()] = "changed";
    near += near_duplicates(hash, simhash_of(joined(words))) ? 1 : 0;
  }
  CAF_CHECK(near >= rounds * 9 / 10);
}

CAF_TEST(the distance grows with the share of the text that is other) {
  std::mt19937 source{7};
  double last = -1;
  for (std::size_t changed : {0u, 100u, 400u, 1600u}) {
    double sum = 0;
    for (int i = 0; i < 30; ++i) {
      auto words = draw_words(source, 2000);
      auto hash = simhash_of(joined(words));
      for (std::size_t k = 0; k < changed; ++k)
        words[k] = "x" + std::to_string(source());
      sum += simhash_distance(hash, simhash_of(joined(words)));
    }
    CAF_CHECK(sum > last);
    last = sum;
  }
}
