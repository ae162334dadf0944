#pragma once
/// The links of a page.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/page_survey.hpp"
#include "protocols/document.hpp"

namespace troupe {

constexpr std::size_t most_links = 5000;

/// What relative links of the page are resolved against: `<base href>` below the page's own address.
url link_base(const html_tree& tree, const url& page);

/// Canonical address of an `href`; nothing for what can't be fetched (`mailto:`, `javascript:` …).
std::optional<std::string> resolve_link(std::string_view href, const url& base);

/// In page order, each address once (`in_content` if any of its anchors is), at most `most_links`, without the page
/// itself.
std::vector<link> read_links(const page_survey& survey, std::uint32_t root, const url& page);

} // namespace troupe
