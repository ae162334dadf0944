// The tree that pages become, written as `name(children)`.
#define CAF_SUITE extract_tree

#include <algorithm>
#include <fstream>
#include <sstream>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/html_entities.hpp"
#include "actors/scrape/extract/html_tree.hpp"
#include "tests/fixtures/test_data.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
namespace fs = std::filesystem;

namespace {

std::string shown(const html_tree& tree, std::uint32_t i) {
  auto& x = tree[i];
  if (x.name == tag::none)
    return std::string{x.text};
  std::string out{name_of(x.name)};
  for (auto [key, name] : {std::pair{attr::class_, "."}, std::pair{attr::href, "@"}})
    if (auto value = tree.get(x, key); !value.empty())
      out += name + std::string{value};
  if (tree.has(x, attr::hidden))
    out += "!";
  out += '(';
  for (auto child = i + 1; child < x.end; child = tree[child].end)
    out += shown(tree, child);
  return out + ')';
}

/// The body's content.
std::string body_of(std::string_view html) {
  auto tree = html_tree::parse(std::string{html});
  for (std::uint32_t i = 0; i < tree.size(); ++i)
    if (tree[i].name == tag::body) {
      auto out = shown(tree, i);
      return out.substr(5, out.size() - 6);
    }
  return "";
}

std::string decoded(std::string_view x, bool attribute = false) {
  std::string out;
  append_decoded(out, x, attribute);
  return out;
}

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Letters of a text, for comparing what stands there rather than how.
std::string letters(std::string_view x) {
  std::string out;
  for (char c : x)
    if (!is_space(c))
      out += c;
  std::sort(out.begin(), out.end());
  return out;
}

/// Text nodes of a tree in the format of the html5lib tests.
std::string text_in_dump(std::string_view dump) {
  std::string out;
  bool inside = false;
  std::istringstream lines{std::string{dump}};
  for (std::string line; std::getline(lines, line);) {
    auto at = line.find_first_not_of(' ', 1);
    std::string_view rest = line;
    if (!inside && line.starts_with("| ") && at != line.npos && line[at] == '"')
      rest.remove_prefix(at + 1);
    else if (!inside)
      continue;
    inside = !rest.ends_with('"');
    rest.remove_suffix(inside ? 0 : 1);
    out += rest;
  }
  return out;
}

/// Has elements that are left out here on purpose.
bool left_out(std::string_view html) {
  for (auto name : {"<script", "<style",    "<noscript",  "<svg",    "<template", "<textarea", "<select",
                    "<iframe", "<noembed",  "<noframes",  "<object", "<audio",    "<video",    "<canvas",
                    "<math",   "<datalist", "<plaintext", "<xmp",    "<frameset", "<map"})
    if (find_ignoring_case(html, name) != html.npos)
      return true;
  return false;
}

} // namespace

CAF_TEST(what is no content is left out) {
  CAF_CHECK_EQUAL(body_of("a<script>if (1 < 2) '</div>'</script>b<style>x{}</style>c<!-- <p> -->d<svg><g></g></svg>e"),
                  "abcde");
  CAF_CHECK_EQUAL(body_of("<noscript><p>no</p></noscript>yes<template><p>no</template>"), "yes");
  CAF_CHECK_EQUAL(body_of("a<svg>b"), "ab");
  CAF_CHECK_EQUAL(body_of("a<script>b"), "ab");
  CAF_CHECK_EQUAL(body_of("<select><option>a</select>b<textarea></p><b></textarea>c"), "bc");
  CAF_CHECK_EQUAL(body_of("<p onclick='x' class=\"a b\" data-y>x<font color=red>y"), "p.a b(xy)");
  CAF_CHECK_EQUAL(body_of("<div style='color:red; DISPLAY : none'>x</div><p hidden>y"), "div!(x)p!(y)");
  CAF_CHECK_EQUAL(body_of("1 < 2 and 3 > 2 <"), "1 < 2 and 3 > 2 <");
}

CAF_TEST(end tags that are left out are supplied) {
  CAF_CHECK_EQUAL(body_of("<p>one<p>two</b></p>three"), "p(one)p(two)three");
  CAF_CHECK_EQUAL(body_of("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e"), "ul(li(a)li(bul(li(c)))li(d))e");
  CAF_CHECK_EQUAL(body_of("<dl><dt>a<dd>b<dt>c</dl>"), "dl(dt(a)dd(b)dt(c))");
  CAF_CHECK_EQUAL(body_of("<table><tr><td>a<td>b<tr><th>c</table>d"), "table(tr(td(a)td(b))tr(th(c)))d");
  CAF_CHECK_EQUAL(body_of("<table><thead><tr><th>a<tbody><td>b"), "table(thead(tr(th(a)))tbody(tr(td(b))))");
  CAF_CHECK_EQUAL(body_of("<p>a<div>b</div></p>c"), "p(a)div(b)c");
  CAF_CHECK_EQUAL(body_of("<div><p>a</div>b"), "div(p(a))b");
  CAF_CHECK_EQUAL(body_of("<h1>a<h2>b</h1>c"), "h1(a)h2(b)c");
  CAF_CHECK_EQUAL(body_of("<td>a</td>b"), "ab");
  CAF_CHECK_EQUAL(body_of("<table><tr><td><p>a</table>b"), "table(tr(td(p(a))))b");
  CAF_CHECK_EQUAL(body_of("<table><tr><td>a<table><tr><td>b</table>c</table>d"), "table(tr(td(atable(tr(td(b)))c)))d");
}

CAF_TEST(links end where they should) {
  CAF_CHECK_EQUAL(body_of("<a href=1>a<a href=2>b</a>c"), "a@1(a)a@2(b)c");
  CAF_CHECK_EQUAL(body_of("<a href=1><div>a</a>b</div>c"), "a@1(div(ab))c");
  CAF_CHECK_EQUAL(body_of("<div><a href=1>a</div>b"), "div(a@1(a))b");
  CAF_CHECK_EQUAL(body_of("<a href='?x=1&amp;y=2&copy=3'>a</a>"), "a@?x=1&y=2&copy=3(a)");
}

CAF_TEST(character references are those of the standard) {
  CAF_CHECK_EQUAL(decoded("&eacute;&lt;&amp;amp;&nbsp;&hellip;"), "\xC3\xA9<&amp;\xC2\xA0\xE2\x80\xA6");
  CAF_CHECK_EQUAL(decoded("&#233;&#xE9;&#XE9&#233x"), "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9x");
  CAF_CHECK_EQUAL(decoded("&notit;&notin;&copy2"), "\xC2\xACit;\xE2\x88\x89\xC2\xA9"
                                                   "2");
  CAF_CHECK_EQUAL(decoded("&copy=1&copy1&copy;1", true), "&copy=1&copy1\xC2\xA9"
                                                         "1");
  CAF_CHECK_EQUAL(decoded("&#0;&#xD800;&#11111111111;&#x80;"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xE2\x82\xAC");
  CAF_CHECK_EQUAL(decoded("& &x; &; &# &#x; &unknown;"), "& &x; &; &# &#x; &unknown;");
  CAF_CHECK_EQUAL(decoded("&Tab;&NewLine;&NotEqualTilde;"), "\t\n\xE2\x89\x82\xCC\xB8");
}

CAF_TEST(the text of html5lib trees is found) {
  auto folder = test_data("html5lib");
  if (folder.empty())
    return;
  std::size_t same = 0;
  std::size_t all = 0;
  for (auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() != ".dat")
      continue;
    auto text = read_file(entry.path());
    for (std::size_t at = 0; (at = text.find("#data\n", at)) != text.npos;) {
      at += 6;
      auto end = text.find("\n#errors", at);
      if (end == text.npos)
        break;
      auto dump = text.find("#document\n", end);
      auto next = std::min(text.find("\n\n#data", end), text.size());
      auto head = text.substr(end, dump - end);
      if (dump > next || head.find("#document-fragment") != head.npos || head.find("#script-on") != head.npos
          || left_out(std::string_view{text}.substr(at, end - at)))
        continue;
      ++all;
      std::string ours;
      auto tree = html_tree::parse(text.substr(at, end - at));
      for (std::uint32_t i = 0; i < tree.size(); ++i)
        ours += tree[i].text;
      if (letters(ours) == letters(text_in_dump(std::string_view{text}.substr(dump, next - dump))))
        ++same;
      else
        CAF_MESSAGE(entry.path().filename().string() << ": " << text.substr(at, end - at) << " gives " << ours);
    }
  }
  CAF_MESSAGE(same << " of " << all << " trees have the same text");
  CAF_CHECK(all > 600);
  CAF_CHECK(same * 100 >= all * 97);
}
