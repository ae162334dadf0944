#pragma once
/// The HTML elements that mean something to the extraction; every other is `tag::other`.

#include <cstdint>
#include <string_view>

namespace troupe {

// clang-format off
enum class tag : std::uint8_t {
  none, other,
  // document
  html, head, body, title, base, meta,
  // sections and grouping
  address, article, aside, blockquote, button, center, dd, details, dialog, div, dl, dt, fieldset, figcaption, figure,
  footer, form, h1, h2, h3, h4, h5, h6, header, hgroup, hr, label, legend, li, main, menu, nav, ol, p, pre, search,
  section, summary, ul, listing,
  // tables
  table, caption, thead, tbody, tfoot, tr, td, th,
  // phrasing that is kept
  a, b, br, cite, code, em, i, kbd, q, samp, span, strong, time, tt, var, sub, sup,
  // dropped with their content
  script, style, noscript, template_, svg, iframe, noembed, noframes, video, audio, canvas, select, datalist, textarea,
  object, annotation, annotation_xml, map,
  count_
};
// clang-format on

/// By name, any case; `tag::other` for what is not listed.
tag tag_of(std::string_view name);
/// The element's name in lower case.
std::string_view name_of(tag t) noexcept;

/// Elements that start a line of their own.
bool is_block(tag t) noexcept;
constexpr bool is_heading(tag t) noexcept { return t >= tag::h1 && t <= tag::h6; }
/// No content, no end tag.
constexpr bool is_void(tag t) noexcept { return t == tag::br || t == tag::hr || t == tag::meta || t == tag::base; }

} // namespace troupe
