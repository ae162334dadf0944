#pragma once
#include <string_view>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/block_writer.hpp"
#include "actors/scrape/extract/formats/file_facts.hpp"
#include "actors/scrape/extract/media_type.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// Which of the formats that are ZIP containers these bytes are, by what they hold; `binary` for any other.
content_kind kind_of_archive(std::string_view bytes);

/// Does `write_file` read this kind?
bool is_file_format(content_kind kind) noexcept;

/// Writes a file of such a kind. `charset` as the server said, may be empty; `base` for links. Within 2 s and 256 MB
/// for anything of up to 64 MB.
expected<file_facts> write_file(content_kind kind, std::string_view bytes, std::string_view charset, const url& base,
                                block_writer& out);

} // namespace troupe
