// Passages tile their document, and sentences end where sentences end.
#define CAF_SUITE chunker

#include "actors/embed/chunker.hpp"

#include <random>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::vector<std::string> split(std::string_view text, std::string_view language = "en") {
  std::vector<std::string> result;
  for (auto [start, end] : sentences(text, language))
    result.emplace_back(text.substr(start, end - start));
  return result;
}

using parts = std::vector<std::string>;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool on_bound(std::string_view text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

/// Appends a block to a document.
void put(document& d, block_kind kind, std::string_view text, std::uint8_t level = 0) {
  if (!d.text.empty())
    d.text += "\n\n";
  auto start = static_cast<std::uint32_t>(d.text.size());
  d.text += text;
  d.blocks.push_back({kind, level, start, static_cast<std::uint32_t>(d.text.size())});
}

std::string prose(std::size_t count) {
  std::string s;
  for (std::size_t i = 0; i < count; ++i)
    s += "Sentence number " + std::to_string(i) + " says something of middling length. ";
  s.pop_back();
  return s;
}

/// Everything the header promises.
void check_tiling(const document& d, const chunk_limits& limits) {
  auto passages = chunk(d, limits);
  std::vector<int> cover(d.text.size(), 0);
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const auto& p = passages[i];
    CAF_REQUIRE_EQUAL(p.ordinal, i);
    CAF_REQUIRE(p.start >= last && p.start < p.end && p.end <= d.text.size());
    CAF_REQUIRE_EQUAL(p.text, d.text.substr(p.start, p.end - p.start));
    CAF_REQUIRE(on_bound(d.text, p.start) && on_bound(d.text, p.end));
    CAF_REQUIRE(!blank(d.text[p.start]) && !blank(d.text[p.end - 1]));
    bool kept_together = false;
    for (const auto& b : d.blocks)
      kept_together =
        kept_together
        || ((b.kind == block_kind::code || b.kind == block_kind::table_row) && b.start < p.end && p.start < b.end);
    CAF_REQUIRE(p.end - p.start <= limits.limit_bytes * (kept_together ? 2 : 1));
    for (auto at = p.start; at < p.end; ++at)
      ++cover[at];
    last = p.end;
  }
  std::vector<bool> heading(d.text.size(), false);
  for (const auto& b : d.blocks)
    if (b.kind == block_kind::heading)
      for (auto at = b.start; at < std::min<std::size_t>(b.end, d.text.size()); ++at)
        heading[at] = true;
  for (std::size_t at = 0; at < d.text.size(); ++at) {
    if (heading[at])
      CAF_REQUIRE_EQUAL(cover[at], 0);
    else if (!blank(d.text[at]))
      CAF_REQUIRE_EQUAL(cover[at], 1);
  }
}

} // namespace

CAF_TEST(sentences end at full stops but not at abbreviations) {
  CAF_CHECK_EQUAL(split("It works. So does this! Really? Yes."),
                  (parts{"It works.", "So does this!", "Really?", "Yes."}));
  CAF_CHECK_EQUAL(split("See Dr. Smith, e.g. John F. Kennedy. He knows."),
                  (parts{"See Dr. Smith, e.g. John F. Kennedy.", "He knows."}));
  CAF_CHECK_EQUAL(split("As Fig. 3 shows, i.e. The Figure. Next one."),
                  (parts{"As Fig. 3 shows, i.e. The Figure.", "Next one."}));
  CAF_CHECK_EQUAL(split("J. S. Bach wrote it. No. 5 is best. Say no. Then go."),
                  (parts{"J. S. Bach wrote it.", "No. 5 is best.", "Say no.", "Then go."}));
  CAF_CHECK_EQUAL(split("It needs vitamin C. The rest follows."), (parts{"It needs vitamin C.", "The rest follows."}));
  CAF_CHECK_EQUAL(split("Version 3.14 costs $1.50 today. Good."), (parts{"Version 3.14 costs $1.50 today.", "Good."}));
}

CAF_TEST(a wrapped line goes on and a blank line ends) {
  CAF_CHECK_EQUAL(split("a sentence that is\nwrapped here. Next"),
                  (parts{"a sentence that is\nwrapped here.", "Next"}));
  CAF_CHECK_EQUAL(split("A title\n\nand text"), (parts{"A title", "and text"}));
  CAF_CHECK_EQUAL(split("One\nTwo"), (parts{"One", "Two"}));
  CAF_CHECK(split("").empty());
  CAF_CHECK(split(" \n\t ").empty());
}

CAF_TEST(sentences of other scripts) {
  CAF_CHECK_EQUAL(split("\xe3\x81\xaf\xe3\x81\x84\xe3\x80\x82\xe3\x81\x84\xe3\x81\x88\xe3\x80\x82", "ja").size(), 2u);
  CAF_CHECK_EQUAL(split("\xce\xa4\xce\xb9; \xce\x9d\xce\xb1\xce\xb9.", "el").size(), 2u);
}

CAF_TEST(headings close passages and give their path) {
  document d;
  put(d, block_kind::heading, "Manual", 1);
  put(d, block_kind::paragraph, "Intro text.");
  put(d, block_kind::heading, "Vacuum  and\nanalyze", 2);
  put(d, block_kind::paragraph, "About vacuum.");
  put(d, block_kind::heading, "Index", 2);
  put(d, block_kind::paragraph, "About indexes.");
  put(d, block_kind::heading, "Other", 1);
  put(d, block_kind::paragraph, "More.");
  auto p = chunk(d);
  CAF_REQUIRE_EQUAL(p.size(), 4u);
  CAF_CHECK_EQUAL(p[0].heading, "Manual");
  CAF_CHECK_EQUAL(p[1].heading, "Manual > Vacuum and analyze");
  CAF_CHECK_EQUAL(p[2].heading, "Manual > Index");
  CAF_CHECK_EQUAL(p[2].text, "About indexes.");
  CAF_CHECK_EQUAL(p[3].heading, "Other");
}

CAF_TEST(passages end at the sentence nearest to the target) {
  document d;
  put(d, block_kind::paragraph, prose(100));
  auto p = chunk(d, {800, 1600});
  CAF_REQUIRE(p.size() > 4);
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    CAF_CHECK(p[i].text.size() > 750 && p[i].text.size() < 850);
    CAF_CHECK_EQUAL(p[i].text.back(), '.');
  }
}

CAF_TEST(tables and code stay whole up to twice the limit) {
  document d;
  put(d, block_kind::paragraph, prose(5));
  std::string row = "name | a value of some length | default";
  for (int i = 0; i < 40; ++i)
    put(d, block_kind::table_row, row);
  put(d, block_kind::paragraph, prose(5));
  auto p = chunk(d, {800, 1600});
  CAF_REQUIRE_EQUAL(p.size(), 3u);
  CAF_CHECK(p[1].text.starts_with("name |") && p[1].text.ends_with("default"));
  CAF_CHECK(p[1].text.size() > 1600);
  for (int i = 0; i < 100; ++i)
    put(d, block_kind::code, row);
  check_tiling(d, {800, 1600});
  for (const auto& x : chunk(d, {800, 1600}))
    CAF_CHECK(x.text.size() <= 3200);
}

CAF_TEST(a scrap at the end of a section joins the passage before) {
  document d;
  put(d, block_kind::paragraph, prose(16));
  put(d, block_kind::paragraph, "Short end.");
  auto p = chunk(d, {800, 1600});
  CAF_REQUIRE_EQUAL(p.size(), 1u);
  CAF_CHECK(p[0].text.ends_with("Short end."));
}

CAF_TEST(text without blocks and endless words) {
  document d;
  d.text = "Just text. " + prose(30);
  check_tiling(d, {});
  d.text.assign(10000, 'x');
  check_tiling(d, {});
  d.text.clear();
  for (int i = 0; i < 3000; ++i)
    d.text += "\xf0\x9f\x98\x80";
  for (std::uint32_t limit : {1600U, 1601U, 1602U, 1603U}) // wherever the limit falls within a character
    check_tiling(d, {800, limit});
  CAF_CHECK(chunk(document{}).empty());
}

CAF_TEST(blocks that lie are cut to the text) {
  document d;
  d.text = "caf\xc3\xa9 one. Two three.";
  d.blocks = {{block_kind::paragraph, 0, 4, 900}, {block_kind::code, 0, 2, 3}, {block_kind::paragraph, 0, 5, 1}};
  check_tiling(d, {});
}

CAF_TEST(random documents are tiled) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random{seed};
    auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    document d;
    auto blocks = pick(25);
    for (unsigned i = 0; i < blocks; ++i) {
      std::string text;
      constexpr const char* bits[] = {
        "word",    "Dr. ", ". ",           " ",  "\n", "Upper",           "\xc3\xa9t\xc3\xa9 ", "e.g. ",
        "! Next ", "\t",   "\xe6\x95\xb0", "3.", "; ", "\xf0\x9f\x98\x80"};
      for (auto n = pick(pick(8) == 0 ? 900 : 60) + 1; n > 0; --n)
        text += bits[pick(std::size(bits))];
      if (pick(4) == 0)
        d.text += " loose text. ";
      put(d, static_cast<block_kind>(pick(9)), text, static_cast<std::uint8_t>(1 + pick(4)));
    }
    CAF_MESSAGE("seed " << seed);
    check_tiling(d, {static_cast<std::uint32_t>(60 + pick(300)), static_cast<std::uint32_t>(360 + pick(400))});
  }
}
