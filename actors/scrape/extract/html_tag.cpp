#include "actors/scrape/extract/html_tag.hpp"

#include <array>
#include <cstddef>
#include <unordered_map>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr auto tag_count = static_cast<std::size_t>(tag::count_);

// In the order of the enumeration.
constexpr std::array<std::string_view, tag_count> names{
  "",        "other",  "html",       "head",       "body",     "title",    "base",    "meta",       "address",
  "article", "aside",  "blockquote", "button",     "center",   "dd",       "details", "dialog",     "div",
  "dl",      "dt",     "fieldset",   "figcaption", "figure",   "footer",   "form",    "h1",         "h2",
  "h3",      "h4",     "h5",         "h6",         "header",   "hgroup",   "hr",      "label",      "legend",
  "li",      "main",   "menu",       "nav",        "ol",       "p",        "pre",     "search",     "section",
  "summary", "ul",     "listing",    "table",      "caption",  "thead",    "tbody",   "tfoot",      "tr",
  "td",      "th",     "a",          "b",          "br",       "cite",     "code",    "em",         "i",
  "kbd",     "q",      "samp",       "span",       "strong",   "time",     "tt",      "var",        "sub",
  "sup",     "script", "style",      "noscript",   "template", "svg",      "iframe",  "noembed",    "noframes",
  "video",   "audio",  "canvas",     "select",     "datalist", "textarea", "object",  "annotation", "annotation-xml",
  "map",
};
static_assert(!names.back().empty(), "one name a tag, in order");

constexpr std::size_t longest_name = 14;

const std::unordered_map<std::string_view, tag>& by_name() {
  static const auto table = [] {
    std::unordered_map<std::string_view, tag> result;
    for (std::size_t i = 2; i < tag_count; ++i)
      result.emplace(names[i], static_cast<tag>(i));
    return result;
  }();
  return table;
}

} // namespace

tag tag_of(std::string_view name) {
  if (name.size() > longest_name)
    return tag::other;
  std::array<char, longest_name> lower;
  for (std::size_t i = 0; i < name.size(); ++i)
    lower[i] = to_lower(name[i]);
  auto& table = by_name();
  auto found = table.find(std::string_view{lower.data(), name.size()});
  return found == table.end() ? tag::other : found->second;
}

std::string_view name_of(tag t) noexcept { return names[static_cast<std::size_t>(t)]; }

bool is_block(tag t) noexcept {
  return t == tag::body || t == tag::html || (t >= tag::address && t <= tag::th && t != tag::button && t != tag::label);
}

} // namespace troupe
