// Packed columns come back as they were, and damage is an error rather than a crash.
#define CAF_SUITE packing

#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;
using namespace troupe::storage;

namespace {

std::vector<troupe::link> some_links(std::size_t n) {
  std::vector<troupe::link> links;
  for (std::size_t i = 0; i < n; ++i)
    links.push_back(
      {"http://example.org/" + std::to_string(i), "text\n\xc3\xa9", std::string(i, 'c'), i % 2 == 0, i % 3 == 0});
  return links;
}

} // namespace

CAF_TEST(what is packed comes back) {
  std::vector<block> blocks{
    {block_kind::heading, 2, 0, 5}, {block_kind::definition, 255, 9, 90}, {block_kind::step, 2, 91, 4'000'000'000u}};
  CAF_CHECK(take(unpack_blocks(pack_blocks(blocks))) == blocks);
  CAF_CHECK(take(unpack_blocks("")).empty());
  std::vector<std::uint32_t> offsets{0, 0, 7, 300, 4'000'000'000u};
  CAF_CHECK(take(unpack_offsets(pack_offsets(offsets))) == offsets);
  CAF_CHECK(take(unpack_offsets("")).empty());
  CAF_CHECK(take(unpack_links(pack_links(some_links(300)))) == some_links(300));
  CAF_CHECK(take(unpack_links(pack_links({}))).empty());
  std::vector<embedding> vectors{{0.5f, {-128, 127, 0}}, {-3e-9f, {1, 2, 3}}};
  CAF_CHECK(take(unpack_embeddings(3, pack_scales(vectors), pack_vectors(vectors))) == vectors);
  CAF_CHECK(take(unpack_embeddings(0, "", "")).empty());
}

CAF_TEST(links that repeat themselves take little room) { CAF_CHECK(pack_links(some_links(300)).size() < 6000); }

CAF_TEST(damage is refused) {
  CAF_CHECK(!unpack_blocks("\x01"));
  CAF_CHECK(!unpack_blocks("\x7f\x01\x01\x01"));
  CAF_CHECK(unpack_blocks("\x08\x01\x01\x01"));
  CAF_CHECK(!unpack_blocks("\x09\x01\x01\x01")); // one past the last kind
  CAF_CHECK(!unpack_offsets("\x01\x80"));
  CAF_CHECK(!unpack_embeddings(3, "12345", "123"));
  CAF_CHECK(!unpack_embeddings(3, "1234", "12"));
  auto whole = pack_links(some_links(20));
  for (std::size_t n = 1; n < whole.size(); ++n)
    CAF_CHECK(!unpack_links(whole.substr(0, n)));
  std::mt19937_64 random{7};
  for (int i = 0; i < 2000; ++i) {
    auto broken = whole;
    broken[random() % broken.size()] = static_cast<char>(random());
    unpack_links(broken); // anything but a crash
    auto blocks = pack_blocks({{block_kind::code, 1, 2, 300}, {block_kind::quote, 0, 300, 90'000}});
    blocks[random() % blocks.size()] = static_cast<char>(random());
    unpack_blocks(blocks);
  }
  CAF_CHECK(!unpack_links("\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
                          "abc"));
}

CAF_TEST(hashes are those of sha256sum) {
  CAF_CHECK_EQUAL(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CAF_CHECK_EQUAL(to_hex(from_hex(sha256_hex("abc"))), sha256_hex("abc"));
  CAF_CHECK(from_hex("AB").empty());
}
