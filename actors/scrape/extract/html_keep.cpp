#include "actors/scrape/extract/html_keep.hpp"

#include <array>
#include <string>
#include <utility>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

treatment treatment_of(tag t) noexcept {
  switch (t) {
  case tag::other:
  case tag::tt:
  case tag::var:
  case tag::sub:
  case tag::sup:
  case tag::kbd:
  case tag::samp:
    return treatment::unwrap;
  case tag::script:
  case tag::style:
  case tag::noscript:
  case tag::iframe:
  case tag::noembed:
  case tag::noframes:
  case tag::textarea:
    return treatment::raw;
  default:
    return t >= tag::template_ ? treatment::skip : treatment::keep;
  }
}

bool hides(std::string_view css) {
  auto squeezed = lower_case(css.substr(0, 1024));
  std::erase_if(squeezed, is_space);
  return squeezed.find("display:none") != squeezed.npos || squeezed.find("visibility:hidden") != squeezed.npos;
}

std::optional<attr> wanted_attribute(std::string_view name, tag on) noexcept {
  static constexpr std::array<std::pair<std::string_view, attr>, 14> table{{
    {"class", attr::class_},
    {"id", attr::id},
    {"href", attr::href},
    {"rel", attr::rel},
    {"role", attr::role},
    {"lang", attr::lang},
    {"hidden", attr::hidden},
    {"content", attr::content},
    {"itemprop", attr::itemprop},
    {"datetime", attr::datetime},
    {"name", attr::name},
    {"property", attr::property},
    {"aria-hidden", attr::aria_hidden},
    {"start", attr::start},
  }};
  for (auto& [known, value] : table) {
    if (!equals_ignoring_case(name, known))
      continue;
    auto place = value == attr::href || value == attr::rel ? on == tag::a || on == tag::base
                 : value == attr::content || value == attr::name || value == attr::property ? on == tag::meta
                 : value == attr::datetime                                                  ? on == tag::time
                 : value == attr::start                                                     ? on == tag::ol
                 : value == attr::lang                                                      ? on == tag::html
                                                                                            : true;
    return place ? std::optional{value} : std::nullopt;
  }
  return on == tag::html && equals_ignoring_case(name, "xml:lang") ? std::optional{attr::lang} : std::nullopt;
}

} // namespace troupe
