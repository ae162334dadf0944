#pragma once
#include <filesystem>

#include "storage/store.hpp"

namespace troupe::storage {

/// Opens a folder of content-addressed files: blob `abcdef…` is the file `ab/cdef…`. A blob appears whole or not at
/// all: it is written under `incoming/` and renamed. With `full`, one `syncfs` makes a whole `put` durable. Left-overs
/// of a process that died are removed when nobody else has the folder open.
expected<std::shared_ptr<blob_store>> open_file_blobs(const std::filesystem::path& folder, durability durable);

/// Whether `name` is a lower-case SHA-256 in hexadecimal.
bool is_blob_name(std::string_view name) noexcept;

} // namespace troupe::storage
