// Lists of every format: kinds, depth and order of their items, in text, blocks and Markdown.
#define CAF_SUITE extract_lists

#include "actors/scrape/extract/article_extractor.hpp"
#include "tests/fixtures/mutation.hpp"
#include "tests/unit/scrape/outline.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

extraction read(std::string_view bytes, std::string_view media_type) {
  auto found = extract_article(bytes, media_type, *parse_url("https://example.org/docs/page"));
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(snapshot_fault(found->content), "");
  return *found;
}

std::string outline(std::string_view bytes, std::string_view media_type) {
  return outline(read(bytes, media_type).content);
}

} // namespace

CAF_TEST(items of an ordered list are steps) {
  auto x = read("<p>How it is done:</p><ol><li>Get it.<li><p>Unpack it.</p><p>This takes time.</p>"
                "<li>Run it:<pre>run</pre>and wait</ol><ul><li>one<li>two</ul>",
                "text/html");
  CAF_CHECK_EQUAL(
    outline(x.content),
    "p0 How it is done:\ns1 Get it.\ns1 Unpack it.\ni1 This takes time.\ns1 Run it:\nC0 run\ni1 and wait\n"
    "i1 one\ni1 two\n");
  CAF_CHECK_EQUAL(x.content.text, "How it is done:\n\nGet it.\nUnpack it.\nThis takes time.\nRun it:\n\nrun\n\n"
                                  "and wait\n\none\ntwo");
  CAF_CHECK_EQUAL(x.content.markdown,
                  "How it is done:\n\n1. Get it.\n2. Unpack it.\n\n   This takes time.\n3. Run it:\n\n   ```\n   run\n"
                  "   ```\n\n   and wait\n\n- one\n- two\n");
}

CAF_TEST(an ordered list begins with the number it is given) {
  auto numbers = [](const std::string& start) {
    return read("<p>Go on:</p><ol start=" + start + "><li>one<li>two</ol>", "text/html").content.markdown;
  };
  CAF_CHECK_EQUAL(numbers("3"), "Go on:\n\n3. one\n4. two\n");
  CAF_CHECK_EQUAL(numbers("' 009x'"), "Go on:\n\n9. one\n10. two\n");
  CAF_CHECK_EQUAL(numbers("+7"), "Go on:\n\n7. one\n8. two\n");
  CAF_CHECK_EQUAL(numbers("0"), "Go on:\n\n0. one\n1. two\n");
  for (std::string none : {"''", "x", "-3", "+2147483648", "99999999999999999999", "1000000000", "'- 3'"})
    CAF_CHECK_EQUAL(numbers(none), "Go on:\n\n1. one\n2. two\n"); // Markdown has no number of that kind
  CAF_CHECK_EQUAL(read("<p>Go on:</p><ul start=3><li>one</ul>", "text/html").content.markdown, "Go on:\n\n- one\n");
}

CAF_TEST(lists in lists keep the kind and depth of their own) {
  auto x = read("<ul><li>Linux<ol><li>unpack<li>install<ul><li>as root</ul>and rest</ol><li>Others</ul>"
                "<ol><li>plan<ul><li>alone<li>together</ul><li>do<ol><li>now</ol></ol>",
                "text/html");
  CAF_CHECK_EQUAL(outline(x.content), "i1 Linux\ns2 unpack\ns2 install\ni3 as root\ni2 and rest\ni1 Others\n"
                                      "s1 plan\ni2 alone\ni2 together\ns1 do\ns2 now\n");
  CAF_CHECK_EQUAL(x.content.markdown,
                  "- Linux\n  1. unpack\n  2. install\n     - as root\n\n     and rest\n- Others\n\n"
                  "1. plan\n   - alone\n   - together\n2. do\n   1. now\n");
}

CAF_TEST(an item that begins with something else has its step behind it) {
  CAF_CHECK_EQUAL(outline("<ol><li><h3>Get it</h3><p>From the shop.</p><p>Or not.</p><li><pre>make</pre><p>builds it"
                          "<li><blockquote>As they say</blockquote><p>it is so"
                          "<li><p> </p><p>after an empty one<br><br>and more</ol>",
                          "text/html"),
                  "h3 Get it\ns1 From the shop.\ni1 Or not.\nC0 make\ns1 builds it\ns1 As they say\ni1 it is so\n"
                  "s1 after an empty one\ni1 and more\n");
}

CAF_TEST(lists of markdown) {
  CAF_CHECK_EQUAL(outline("1. Get it.\n2. Unpack it:\n   - here\n   - or there\n\n   It takes time.\n3. Run it.\n\n"
                          "text\n\n4) four\n5) five\n   1. inner\n\n- a\n  1. b\n- c\n",
                          "text/markdown"),
                  "s1 Get it.\ns1 Unpack it:\ni2 here\ni2 or there\ni1 It takes time.\ns1 Run it.\np0 text\ns1 four\n"
                  "s1 five\ns2 inner\ni1 a\ns2 b\ni1 c\n");
}

CAF_TEST(numbered lines of plain text are steps) {
  auto x = read("Install steps:\n1) get it\n2) unpack\n   it\n3) run it\n\nThe end.\n", "text/plain");
  CAF_CHECK_EQUAL(outline(x.content), "p0 Install steps:\ns1 get it\ns1 unpack it\ns1 run it\np0 The end.\n");
  CAF_CHECK_EQUAL(x.content.markdown, "Install steps:\n\n1. get it\n2. unpack it\n3. run it\n\nThe end.\n");
  CAF_CHECK_EQUAL(outline("(1) one\n\n    more of it\n\n(2) two\n    - a\n    - b\n(3) three\n", "text/plain"),
                  "s1 one\ni1 more of it\ns1 two\ni2 a\ni2 b\ns1 three\n");
  CAF_CHECK_EQUAL(outline(" 9. nine\n10. ten\n11. eleven\n", "text/plain"), "s1 nine\ns1 ten\ns1 eleven\n");
  CAF_CHECK_EQUAL(outline("- a\n  1. b\n  2. c\n- d\n\xE2\x80\xA2 e\n", "text/plain"),
                  "i1 a\ns2 b\ns2 c\ni1 d\ni1 e\n");
}

CAF_TEST(a number alone is no list) {
  CAF_CHECK_EQUAL(outline("It was finished in the year\n12. Then it began.", "text/plain"),
                  "p0 It was finished in the year 12. Then it began.\n");
  CAF_CHECK_EQUAL(outline("1. Scope\n\nText of it.\n\n2. Terms\n\nMore.", "text/plain"),
                  "p0 1. Scope\np0 Text of it.\np0 2. Terms\np0 More.\n");
  CAF_CHECK_EQUAL(outline("3. three\n1. one", "text/plain"), "p0 3. three 1. one\n");
}

CAF_TEST(bulleted lines of plain text are items) {
  CAF_CHECK_EQUAL(outline("You need:\n- a saw\n- wood\n\n* one alone\n", "text/plain"),
                  "p0 You need:\ni1 a saw\ni1 wood\ni1 one alone\n");
  CAF_CHECK_EQUAL(outline("\xE2\x80\xA2 a saw\n\xE2\x80\xA2 wood", "text/plain"), "i1 a saw\ni1 wood\n");
  CAF_CHECK_EQUAL(outline("Two of them\n- or so it seems - went.\n", "text/plain"),
                  "p0 Two of them - or so it seems - went.\n");
}

CAF_TEST(samples of plain text are code) {
  CAF_CHECK_EQUAL(
    outline("Run this:\n    make all\n    make check\nand wait.\n\n>>> 1 + 1\n2\n\n$ ls\na b\n", "text/plain"),
    "p0 Run this:\nC0     make all/    make check\np0 and wait.\nC0 >>> 1 + 1/2\nC0 $ ls/a b\n");
  CAF_CHECK_EQUAL(outline("1) build\n   $ make\n2) wait\n", "text/plain"), "s1 build\nC0    $ make\ns1 wait\n");
}

CAF_TEST(mutated lists end soundly) {
  mutation bad{{"Install steps:\n1) a\n2) b\n   - x\n   - y\n\n     more\n3) c\n", " 9. nine\n10. ten\n\n    code\n",
                "Run:\n    $ make\n>>> 1\n1\n* a\n+ b\n\xE2\x80\xA2 c\n"},
               {"1. ", "2) ", "(3) ", "- ", "* ", "\xE2\x80\xA2 ", "\n", "\n\n", "    ", "\t", "$ ", ">>> ", "====\n",
                ":\n", "| ", "999. ", "\n1000. "}};
  for (int i = 0; i < 4000; ++i) {
    auto text = bad.next();
    for (auto type : {"text/plain", "text/markdown"})
      if (auto x = extract_article(text, type, url{}); x && !snapshot_fault(x->content).empty())
        CAF_FAIL("seed " << bad.seed() << " as " << type << ": " << snapshot_fault(x->content) << " in " << text);
  }
}
