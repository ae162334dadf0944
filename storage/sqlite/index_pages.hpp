#pragma once
#include "storage/sqlite/group.hpp"

namespace troupe::storage::sqlite {

/// Documents in storage order with passages, texts and the vectors of their newest model, for a shard to fill itself.
/// Besides `limit`, 16 MiB of text end a page. A document whose blob is missing is left out.
expected<index_page> read_index_page(connection& db, blob_store& blobs, const load_index& x);

/// A snapshot's text; `storage_failed` when the blob is not as long as it was.
expected<std::string> read_snapshot(blob_store& blobs, const std::string& id, std::uint64_t bytes);

} // namespace troupe::storage::sqlite
