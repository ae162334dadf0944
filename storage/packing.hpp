#pragma once
/// Compact forms of what is only ever read whole: blocks, links, vectors. Numbers are LEB128; a damaged or foreign form
/// fails with `storage_failed` and is never trusted for a size.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/document.hpp"
#include "protocols/error.hpp"

namespace troupe::storage {

/// For each block: kind, level, bytes since the last block's end, length.
std::string pack_blocks(const std::vector<block>& blocks);
expected<std::vector<block>> unpack_blocks(std::string_view packed);

/// Ascending offsets, each as its distance from the one before.
std::string pack_offsets(const std::vector<std::uint32_t>& offsets);
expected<std::vector<std::uint32_t>> unpack_offsets(std::string_view packed);

/// A count of bytes, then the links compressed with Zstandard (pages repeat themselves).
std::string pack_links(const std::vector<link>& links);
expected<std::vector<link>> unpack_links(std::string_view packed);

/// One little-endian float for each embedding; and all their values, one after the other.
std::string pack_scales(const std::vector<embedding>& x);
std::string pack_vectors(const std::vector<embedding>& x);
expected<std::vector<embedding>> unpack_embeddings(std::size_t dimension, std::string_view scales,
                                                   std::string_view vectors);

/// SHA-256 in lower-case hexadecimal to its 32 bytes and back. `from_hex` is empty for anything else.
std::string from_hex(std::string_view hex);
std::string to_hex(std::string_view bytes);
/// Lower-case hexadecimal of any length; empty for anything else.
std::string from_hex_digits(std::string_view hex);
/// The SHA-256 of `text` in lower-case hexadecimal.
std::string sha256_hex(std::string_view text);

} // namespace troupe::storage
