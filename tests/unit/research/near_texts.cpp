// Copies of a text under other addresses.
#define CAF_SUITE near_texts

#include "actors/research/near_texts.hpp"
#include "actors/scrape/extract/simhash.hpp"

#include "tests/unit/research/session_checks.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

/// A page of so many words, of which the last is its own.
std::string long_text(const std::string& last, int words = 400) {
  std::string out = "Autovacuum decides to vacuum a table when dead tuples exceed a threshold.\n\n";
  for (int i = 0; i < words; ++i)
    out += "word" + std::to_string(i * i) + (i % 12 == 11 ? ". " : " ");
  return out + last + ".";
}

} // namespace

CAF_TEST(up to three bits are near) {
  near_texts seen;
  CAF_CHECK(seen.find(1) == nullptr);
  seen.add(0xFF, "a");
  seen.add(0, "b");
  CAF_CHECK(seen.find(0) == nullptr);
  CAF_REQUIRE(seen.find(0xFF ^ 0b111) != nullptr);
  CAF_CHECK_EQUAL(*seen.find(0xFF ^ 0b111), "a");
  CAF_CHECK(seen.find(0xFF ^ 0b1111) == nullptr);
  seen.forget("a");
  CAF_CHECK(seen.find(0xFF) == nullptr);
}

CAF_TEST(the oldest are forgotten beyond the bound) {
  near_texts seen;
  auto key = [](std::uint64_t i) { return (i + 1) * 0x9E3779B97F4A7C15u; };
  for (std::uint64_t i = 0; i < near_texts::most + 10; ++i)
    seen.add(key(i), std::to_string(i));
  CAF_CHECK(seen.find(key(3)) == nullptr);
  CAF_REQUIRE(seen.find(key(10)) != nullptr);
  CAF_CHECK_EQUAL(*seen.find(key(10)), "10");
  CAF_CHECK_EQUAL(*seen.find(key(near_texts::most + 9)), std::to_string(near_texts::most + 9));
}

CAF_TEST(a near copy is skipped and named unless it was asked for by name) {
  auto w = small_web();
  auto site = std::string{"http://example.org/"};
  w.pages[site + "cost"].text = long_text("here");
  w.pages[site + "cost"].links = {site + "print"};
  w.pages[site + "print"] = {long_text("there"), "Cost, to print", {}, errc::none};
  w.pages[site + "deep"].text = long_text("other", 390) + long_text("else", 300);
  CAF_REQUIRE(
    near_duplicates(near_duplicate_key(w.pages[site + "cost"].text), near_duplicate_key(w.pages[site + "print"].text)));
  auto named = w;
  queue(w);
  drive d{w, row_of(w, true)};
  d.run();
  check_log(w);
  auto pages = pages_of(w);
  CAF_CHECK_EQUAL(pages[site + "print"], "duplicate");
  CAF_CHECK(std::any_of(w.log.begin(), w.log.end(), [&](auto& x) {
    return x.type == "page.skipped" && x.data.find("nearly the same text as " + site + "cost") != std::string::npos;
  }));
  CAF_CHECK_EQUAL(w.documents.count(as_document(w.pages[site + "print"]).id), 0u);
  queue(named);
  auto row = row_of(named, true);
  row.request.urls.push_back(site + "print");
  row.request.urls.push_back(site + "cost");
  drive both{named, row};
  both.run();
  check_log(named);
  for (auto* path : {"print", "cost"})
    CAF_CHECK_EQUAL(named.documents.count(as_document(w.pages[site + path]).id), 1u);
}

CAF_TEST(a near copy is one after every prefix of the log) {
  auto fresh = small_web();
  auto site = std::string{"http://example.org/"};
  fresh.pages[site + "cost"].text = long_text("here");
  fresh.pages[site + "cost"].links = {site + "print"};
  fresh.pages[site + "print"] = {long_text("there"), "Cost, to print", {}, errc::none};
  fresh.excerpts.insert(site + "cost");
  auto whole = fresh;
  queue(whole);
  drive first{whole, row_of(whole, true)};
  first.run();
  auto pages = pages_of(whole);
  CAF_REQUIRE_EQUAL(pages[site + "print"], "duplicate");
  for (std::size_t n = 1; n <= whole.log.size(); ++n) {
    auto w = cut_after(whole, fresh, n);
    drive second{w, row_of(w, true, 2)};
    second.run();
    check_log(w);
    CAF_CHECK(pages_of(w) == pages);
  }
  // Another research of it reads nothing again, and knows as much.
  auto again = whole;
  again.log.clear();
  again.fetched.clear();
  again.status = research_status::queued;
  queue(again);
  drive third{again, row_of(again, true)};
  third.run();
  CAF_CHECK(std::none_of(again.fetched.begin(), again.fetched.end(), [&](auto& x) { return x == site + "cost"; }));
  auto known = pages_of(again);
  CAF_CHECK_EQUAL(known[site + "print"], "duplicate");
  for (auto& x : again.log)
    if (x.type == "page.fetched" && x.data.find(site + "cost\"") != std::string::npos)
      CAF_CHECK(x.data.find(R"("from":"known")") != std::string::npos
                && x.data.find(R"("access":"excerpt")") != std::string::npos);
}

CAF_TEST(short texts are never called near) {
  CAF_CHECK_EQUAL(near_duplicate_key("The ferry left the island at dawn."), 0u);
  std::string words;
  for (int i = 0; i < 50; ++i)
    words += "w" + std::to_string(i) + " ";
  CAF_CHECK_EQUAL(near_duplicate_key(words), simhash_of(words));
}

CAF_TEST(the free part of a text is marked in the log) {
  auto w = small_web();
  w.excerpts.insert("http://example.org/cost");
  queue(w);
  drive d{w, row_of(w, true)};
  d.run();
  check_log(w);
  for (auto& x : w.log)
    if (x.type == "page.fetched")
      CAF_CHECK_EQUAL(x.data.find(R"("access":"excerpt")") != std::string::npos,
                      x.data.find("http://example.org/cost") != std::string::npos);
}
