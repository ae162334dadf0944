#pragma once
/// What class and id names say about an element, by the words in them.

#include <cstdint>
#include <string_view>

namespace troupe {

/// Meanings of names, as bits.
enum hint : std::uint32_t {
  hint_none = 0,
  hint_hidden = 1u << 0,     ///< for screen readers or print only
  hint_navigation = 1u << 1, ///< navigation, breadcrumbs, paging, tables of contents
  hint_footer = 1u << 2,
  hint_aside = 1u << 3,    ///< sidebars, widgets, info boxes beside the text
  hint_comments = 1u << 4, ///< readers' comments and their form
  hint_share = 1u << 5,    ///< buttons to share, rate, print
  hint_related = 1u << 6,  ///< teasers of other pages
  hint_consent = 1u << 7,  ///< cookie notices, sign-up forms, pop-ups
  hint_advert = 1u << 8,   ///< advertisements and sponsors
  hint_meta = 1u << 9,     ///< by-lines, dates, categories, tags
  hint_content = 1u << 10, ///< says that it is the text
  hint_article = 1u << 11, ///< says that it is the article
  hint_note = 1u << 12,    ///< note, tip, warning: an admonition of a manual
  hint_byline = 1u << 13,
  hint_date = 1u << 14,
  hint_header = 1u << 15,
  hint_caption = 1u << 16,
  hint_lead = 1u << 17, ///< the paragraph between heading and text that sums up an article
  hint_box = 1u << 18,  ///< a box about what the name's other words say
};

/// Everything that speaks against being main text.
constexpr std::uint32_t hints_against = hint_hidden | hint_navigation | hint_footer | hint_aside | hint_comments
                                        | hint_share | hint_related | hint_consent | hint_advert | hint_meta;

/// The hints of a `class` or `id` value: of each name, and of the words in it (`postMeta`, `post-meta`).
std::uint32_t hints_of(std::string_view names);

/// Does a `role` attribute say that an element stands beside the text: navigation, banner, dialog, …?
bool is_role_beside(std::string_view role);

} // namespace troupe
