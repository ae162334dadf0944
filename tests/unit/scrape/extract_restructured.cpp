// reStructuredText: headings, directives, roles, samples, definitions.
#define CAF_SUITE extract_restructured

#include "actors/scrape/extract/article_extractor.hpp"
#include "tests/fixtures/mutation.hpp"
#include "tests/unit/scrape/outline.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string outline_of(std::string_view text) {
  auto found = extract_article(text, "text/x-rst", url{});
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(snapshot_fault(found->content), "");
  return outline(found->content);
}

} // namespace

CAF_TEST(underlined lines are headings by order of their marks) {
  auto found =
    extract_article("********\n The top\n********\n\n:mod:`queue` --- Queues\n=======================\n\nText.\n\n"
                    "Inner\n~~~~~\n\nMore\ntext.\n\n----------\n\nNext one\n========\n\nToo short\n----\n",
                    "text/x-rst", url{});
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(outline(found->content), "h1 The top\nh2 queue --- Queues\np0 Text.\nh3 Inner\np0 More text.\n"
                                           "h2 Next one\np0 Too short ----\n");
  CAF_CHECK_EQUAL(found->content.title, "The top");
  CAF_CHECK_EQUAL(found->media_type, "text/x-rst");
}

CAF_TEST(what only steers is left out) {
  CAF_CHECK_EQUAL(
    outline_of(
      ".. _label:\n\n.. module:: queue\n   :synopsis: Queues.\n\n.. index::\n   single: a; b\n   pair: c; d\n\n"
      "Prose.\n\n.. toctree::\n   :maxdepth: 2\n\n   one\n   two\n\n.. a comment\n   of two lines\n\n"
      ".. |x| replace:: y\n\n:orphan:\n\nMore prose.\n"),
    "p0 Prose.\np0 More prose.\n");
}

CAF_TEST(the body of a note is prose) {
  CAF_CHECK_EQUAL(outline_of(".. note::\n\n   Never do\n   this.\n\n   Or that.\n\n.. warning:: It may\n   break.\n\n"
                             ".. deprecated:: 3.2\n\n.. versionchanged:: 3.5\n   Takes a *key*.\n\n"
                             ".. versionadded:: 3.7\n\n   The *name* argument.\n\nAfter it.\n"),
                  "p0 Never do this.\np0 Or that.\np0 It may break.\np0 Deprecated since version 3.2.\n"
                  "p0 Changed in version 3.5: Takes a key.\np0 New in version 3.7: The name argument.\np0 After it.\n");
}

CAF_TEST(descriptions and terms are definitions) {
  CAF_CHECK_EQUAL(
    outline_of(".. function:: push(heap, item)\n              pushed(item)\n   :noindex:\n\n   Push the *item*.\n\n"
               "   Not more.\n\n.. data:: maxsize \\\n          (\\*x)\n\n.. class:: Queue()\n\n   .. method:: "
               "get()\n\n      Gets one.\n\n"
               "term\n   What it *means*\n   here.\n"),
    "d0 push(heap, item)/pushed(item)/Push the item.\np0 Not more.\nd0 maxsize (*x)\nd0 Queue()\nd0 get()/Gets one.\n"
    "d0 term/What it means here.\n");
}

CAF_TEST(samples are code) {
  CAF_CHECK_EQUAL(outline_of("Like this::\n\n    if x:\n        y()\n\n    z()\n\nand so ::\n\n   a\n\n>>> 1 + 1\n2\n\n"
                             ".. code-block:: python\n   :linenos:\n\n   b = 1\n\nEnd.\n"),
                  "p0 Like this:\nC0 if x:/    y()//z()\np0 and so\nC0 a\nC0 >>> 1 + 1/2\nC0 b = 1\np0 End.\n");
  CAF_CHECK_EQUAL(outline_of("1. Build it::\n\n      make\n\n2. Run it.\n\n   * now\n   * later\n\n#. one\n#. two\n"),
                  "s1 Build it:\nC0 make\ns1 Run it.\ni2 now\ni2 later\ns1 one\ns1 two\n");
}

CAF_TEST(tables are rows) {
  CAF_CHECK_EQUAL(
    outline_of(
      "=====  ======  ====\nName   Type    Size\n=====  ======  ====\n\xC3\xA9      ``int`` 4\nb      long    8\n"
      "       one\nover the edges  2\n=====  ======  ====\n\nAfter.\n"),
    "r0 Name\tType\tSize\nr0 \xC3\xA9\tint\t4\nr0 b\tlong one\t8\nr0 over the edges\t\t2\np0 After.\n");
  CAF_CHECK_EQUAL(
    outline_of("   +----+-----+\n   | A  | B   |\n   +====+=====+\n   | 1  | two |\n   |    | 2 |||\n   +----+-----+\n"
               "   | of both  |\n   +----+-----+\n"),
    "r0 A\tB\nr0 1\ttwo 2 ||\nr0 of both\n");
}

CAF_TEST(roles and marks read as their text) {
  CAF_CHECK_EQUAL(outline_of("Call :func:`foo` or :meth:`~queue.Queue.get` of :class:`.Queue`, :c:func:`!Py_X`; see "
                             ":ref:`the part <label>`, :pep:`8` "
                             "and `the site <https://example.org>`_ [1]_.\n"),
                  "p0 Call foo or get of Queue, Py_X; see the part, PEP 8 and the site .\n");
  CAF_CHECK_EQUAL(outline_of("``a[*x]`` is **bold**, 2 * 3 * 4, \\*args, `some\nwords`_, snake_case, a:b and ``open\n"),
                  "p0 a[*x] is bold, 2 * 3 * 4, *args, some words, snake_case, a:b and ``open\n");
}

CAF_TEST(the format is known by name and by its marks) {
  constexpr std::string_view text = "Title\n=====\n\n.. index:: x\n\nProse of it.\n";
  auto by_marks = extract_article(text, "text/plain", url{});
  CAF_REQUIRE(by_marks);
  CAF_CHECK_EQUAL(by_marks->content.text, "Title\n\nProse of it.");
  auto by_name =
    extract_article("See :func:`foo`.", "text/plain", *parse_url("https://example.org/_sources/a.rst.txt"));
  CAF_REQUIRE(by_name);
  CAF_CHECK_EQUAL(by_name->content.text, "See foo.");
  auto neither =
    extract_article("See :func:`foo`.\n\n.. and so on", "text/plain", *parse_url("https://example.org/a.txt"));
  CAF_REQUIRE(neither);
  CAF_CHECK_EQUAL(neither->content.text, "See :func:`foo`.\n\n.. and so on");
}

CAF_TEST(mutated files end soundly) {
  mutation bad{{"Title\n=====\n\n.. note::\n\n   Text\n\n   - a\n   - b::\n\n       code\n",
                ".. function:: f(x)\n\n   Does :func:`f` and ``x``.\n\n   :param x: it\n\n====  ====\na     b\n====  "
                "====\n1     2\n====  ====\n"},
               {".. ", "::",   "`",    "``", ":a:`",   "*",        "**",      "\\",
                "\n",  "\n\n", "   ",  "\t", "====\n", "+--+\n",   "== ==\n", ".. x::\n",
                "#. ", "1. ",  ">>> ", "_",  "[1]_",   "\xC3\xA9", ":x:\n"}};
  for (int i = 0; i < 6000; ++i) {
    auto text = bad.next();
    if (auto x = extract_article(text, "text/x-rst", url{}); x && !snapshot_fault(x->content).empty())
      CAF_FAIL("seed " << bad.seed() << ": " << snapshot_fault(x->content) << " in " << text);
  }
}
