#pragma once
/// Local files and folders, below allowed roots only. Blocking: called by the extractor worker on its own thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/error.hpp"
#include "protocols/fetching.hpp"

namespace troupe {

/// Folders (or single files) below which reading is allowed. An empty list allows nothing.
using allowed_roots = std::vector<std::string>;

/// The absolute path with every link resolved, when it lies below a root (roots are resolved too). `not_found`,
/// `path_not_allowed`, `unreadable`.
expected<std::string> resolve_allowed(std::string_view path, const allowed_roots& roots);

/// The readable files below `path`, sorted by url; `path` itself when it is a file. Hidden files and version-control
/// folders are passed over; files of other kinds and links that lead out of every root are left out and named; other
/// links are followed; each folder is visited once.
expected<file_list> list_local_files(std::string_view path, std::uint32_t limit, const allowed_roots& roots);

struct local_file {
  std::string bytes;
  std::string validator;  ///< `size:mtime-ns`
  std::string media_type; ///< by its name; empty when the name says nothing
};

/// `too_large` beyond `max_bytes`; `unreadable` for what is not a regular file or may not be opened.
expected<local_file> read_local_file(std::string_view path, std::uint64_t max_bytes, const allowed_roots& roots);

} // namespace troupe
