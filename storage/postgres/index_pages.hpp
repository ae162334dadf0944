#pragma once
#include "storage/postgres/connection.hpp"
#include "storage/store.hpp"

namespace troupe::storage::postgres {

/// Documents in the order of their rows, as a shard wants them. Inside a transaction that sees one snapshot.
expected<index_page> read_index_page(connection& db, blob_store& blobs, const load_index& x);

/// The text of a stored document, which has so many bytes.
expected<std::string> read_snapshot(blob_store& blobs, const std::string& id, std::uint64_t bytes);

} // namespace troupe::storage::postgres
