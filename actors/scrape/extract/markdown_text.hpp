#pragma once
/// Markdown files (CommonMark, with pipe tables and YAML front matter) as blocks.

#include <string>
#include <string_view>
#include <vector>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/block_writer.hpp"
#include "protocols/document.hpp"

namespace troupe {

struct markdown_metadata {
  std::string title; ///< of the front matter, else the first heading
  std::string byline;
  std::string published;
  std::vector<link> links;
};

markdown_metadata write_markdown_text(std::string_view text, const url& base, block_writer& out);

} // namespace troupe
