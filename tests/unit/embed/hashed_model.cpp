// The hashed model: unit vectors, near for like texts, the same everywhere and for ever.
#define CAF_SUITE hashed_model

#include "actors/embed/hashed_model.hpp"

#include <cmath>

#include "actors/embed/hashing.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

embedding vector_of(std::string_view text) {
  auto model = make_hashed_model();
  return model->embed_documents({&text, 1}, "en")->front();
}

double cosine(const embedding& a, const embedding& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    sum += a.values[i] * b.values[i];
  return sum * static_cast<double>(a.scale) * static_cast<double>(b.scale);
}

} // namespace

CAF_TEST(vectors have length one) {
  auto x = vector_of("vacuum reclaims storage occupied by dead tuples");
  CAF_CHECK_EQUAL(x.values.size(), hashed_model_dimensions);
  CAF_CHECK(std::abs(cosine(x, x) - 1) < 0.02);
  auto nothing = vector_of("the of and");
  CAF_CHECK_EQUAL(nothing.scale, 0.0F);
  CAF_CHECK_EQUAL(nothing.values.size(), hashed_model_dimensions);
}

CAF_TEST(like texts are near) {
  auto a = vector_of("vacuum reclaims storage occupied by dead tuples");
  auto b = vector_of("storage of dead tuples is reclaimed by vacuuming");
  auto c = vector_of("flamenco guitars are made of cypress wood");
  auto misspelt = vector_of("vacum reclaims storrage");
  CAF_CHECK(cosine(a, b) > 0.6);
  CAF_CHECK(cosine(a, c) < 0.2);
  CAF_CHECK(cosine(a, misspelt) > cosine(c, misspelt) + 0.1);
}

CAF_TEST(a vector depends on nothing but its text) {
  auto model = make_hashed_model();
  std::vector<std::string_view> texts{"one thing", "another thing entirely", "one thing"};
  auto batch = *model->embed_documents(texts, "en");
  CAF_CHECK(batch[0] == batch[2]);
  CAF_CHECK(batch[0] == vector_of("one thing"));
  CAF_CHECK(*model->embed_query("one thing") == batch[0]);
}

CAF_TEST(hashes are those that stored vectors were made with) {
  CAF_CHECK_EQUAL(hash_bytes("vacuum"), 0xd4b0b1f1b5c3c24ULL);
  CAF_CHECK_EQUAL(hash_bytes("", 17), 0xa534a6a6b7fd0b63ULL);
}

CAF_TEST(subjects name the title once) {
  passage p{0, 0, 4, "Manual > Vacuum", "text"};
  CAF_CHECK_EQUAL(passage_subject("Manual", p), "Manual > Vacuum\ntext");
  CAF_CHECK_EQUAL(passage_subject("Book", p), "Book\nManual > Vacuum\ntext");
  p.heading.clear();
  CAF_CHECK_EQUAL(passage_subject("Book", p), "Book\ntext");
  CAF_CHECK_EQUAL(passage_subject("", p), "text");
}
