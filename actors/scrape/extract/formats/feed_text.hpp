#pragma once
#include <string_view>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/formats/file_facts.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// Whether some XML begins as a feed does.
bool looks_like_feed(std::string_view text);

/// An RSS 2.0, RSS 1.0 or Atom (RFC 4287) feed: a section for each entry, with its date and author and the text of its
/// HTML; the entries' addresses are offered as links. At most 5,000 entries. `unreadable`, `too_large`: as `xml_part`.
expected<file_facts> write_feed(std::string_view bytes, std::string_view charset, const url& base, block_writer& out);

} // namespace troupe
