// Text analysis: words, stems, stop words, identifiers, scripts.
#define CAF_SUITE analyzer

#include "actors/embed/analyzer.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "caf/test/unit_test.hpp"

using namespace troupe;
using words = std::vector<std::string>;

namespace {
words terms(std::string_view text, std::string_view language = "en") { return analyzer{language}.terms(text); }
} // namespace

CAF_TEST(english words are stemmed and stop words go) {
  CAF_CHECK_EQUAL(terms("The runners were running to the relational databases."),
                  (words{"runner", "were", "run", "relat", "databas"}));
  CAF_CHECK_EQUAL(terms("This is not IN it"), words{});
}

CAF_TEST(possessives and apostrophes) {
  CAF_CHECK_EQUAL(terms("Dewey's editor\xe2\x80\x99s don't"), (words{"dewei", "editor", "don't"}));
}

CAF_TEST(an identifier gives itself and its parts) {
  CAF_CHECK_EQUAL(terms("autovacuum_vacuum_threshold"),
                  (words{"autovacuum_vacuum_threshold", "autovacuum", "vacuum", "threshold"}));
  CAF_CHECK_EQUAL(terms("pg_catalog.pg_class"), (words{"pg_catalog.pg_class", "pg", "catalog", "pg", "class"}));
  CAF_CHECK_EQUAL(terms("__init__"), (words{"init"}));
  CAF_CHECK_EQUAL(terms("___ . _._"), words{});
}

CAF_TEST(numbers keep their points and lose their commas) {
  CAF_CHECK_EQUAL(terms("3.14 and 1,000 in v1.2."), (words{"3.14", "1000", "v1.2"}));
}

CAF_TEST(letters beyond ascii are folded) {
  CAF_CHECK_EQUAL(terms("\xc3\x89"
                        "COLE na\xc3\xafve",
                        "xx"),
                  (words{"\xc3\xa9"
                         "cole",
                         "na\xc3\xafve"}));
  CAF_CHECK_EQUAL(terms("\xef\xac\x81le", "xx"), words{"file"});           // the ligature fi of a PDF
  CAF_CHECK_EQUAL(terms("soft\xc2\xadhyphen", "xx"), words{"softhyphen"}); // U+00AD is invisible
  CAF_CHECK_EQUAL(terms("\xe2\x80\x9cquoted\xe2\x80\x9d", "xx"), words{"quoted"});
}

CAF_TEST(scripts without spaces are divided) {
  auto han = terms("\xe6\x95\xb0\xe6\x8d\xae\xe5\xba\x93\xe7\xb3\xbb\xe7\xbb\x9f", "zh"); // database system
  CAF_CHECK(han.size() >= 2);
  std::string joined;
  for (const auto& x : han)
    joined += x;
  CAF_CHECK_EQUAL(joined, "\xe6\x95\xb0\xe6\x8d\xae\xe5\xba\x93\xe7\xb3\xbb\xe7\xbb\x9f");
}

CAF_TEST(other languages have stems of their own) {
  CAF_CHECK_EQUAL(terms("H\xc3\xa4user", "de"), terms("Haus", "de"));
  CAF_CHECK_EQUAL(analysis_language("en-US"), "en");
  CAF_CHECK_EQUAL(analysis_language(""), "en");
  CAF_CHECK_EQUAL(analysis_language("de-AT"), "de");
  CAF_CHECK_EQUAL(analysis_language("tlh"), "-");
  analyzer_set set;
  CAF_CHECK(&set.of("en") == &set.of(""));
  CAF_CHECK(&set.of("tlh") == &set.of("-"));
  CAF_CHECK(&set.of("de") != &set.of("en"));
}

CAF_TEST(invalid utf - 8 and endless words do no harm) {
  CAF_CHECK_EQUAL(terms("good\xff\xfe"
                        "bad \xc3",
                        "xx"),
                  (words{"good", "bad"}));
  CAF_CHECK_EQUAL(terms(std::string(100000, 'x'), "xx"), words{std::string(64, 'x')});
  std::string accents;
  for (int i = 0; i < 1000; ++i)
    accents += "\xc3\xa9";
  auto cut = terms(accents, "xx");
  CAF_REQUIRE_EQUAL(cut.size(), 1u);
  CAF_CHECK_EQUAL(cut[0].size(), 64u);
}

CAF_TEST(the stem cache never mixes words) {
  analyzer warm;
  std::vector<std::string> vocabulary;
  for (int i = 0; i < 20000; ++i) {
    std::string w;
    for (int x = i * 7919 + 13; x > 0; x /= 26)
      w.push_back(static_cast<char>('a' + x % 26));
    vocabulary.push_back(w + "ing");
  }
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 0; i < vocabulary.size(); i += 97) {
      warm.terms(vocabulary[i] + " " + vocabulary[(i * 31) % vocabulary.size()]);
      CAF_REQUIRE_EQUAL(warm.terms(vocabulary[i]), analyzer{}.terms(vocabulary[i]));
    }
}

CAF_TEST(analyzers of different threads never meet) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      analyzer mine;
      for (int i = 0; i < 300; ++i)
        if (mine.terms("relational databases \xe6\x95\xb0\xe6\x8d\xae").front() != "relat")
          ++wrong;
    });
  for (auto& t : threads)
    t.join();
  CAF_CHECK_EQUAL(wrong.load(), 0);
}

CAF_TEST(naughty strings pass through) {
  const char* data = std::getenv("TROUPE_TEST_DATA");
  if (data == nullptr) {
    std::puts("skipped: analyzer over naughty strings: TROUPE_TEST_DATA is not set");
    return;
  }
  std::ifstream in{std::string{data} + "/strings/blns.json"};
  std::string line;
  analyzer any;
  std::size_t lines = 0;
  while (std::getline(in, line)) {
    for (const auto& term : any.terms(line))
      CAF_REQUIRE(!term.empty() && term.size() <= 64);
    ++lines;
  }
  CAF_CHECK(lines > 100);
}
