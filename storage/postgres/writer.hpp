#pragma once
#include <memory>

#include "storage/postgres/connection.hpp"
#include "storage/store.hpp"

namespace troupe::storage::postgres {

/// The writer of one node; several nodes write to one database.
std::unique_ptr<writer> make_writer(const address& to, std::shared_ptr<blob_store> blobs, std::uint32_t ledger_limit);

/// One of its readers.
std::unique_ptr<reader> make_reader(const address& to, std::shared_ptr<blob_store> blobs);

} // namespace troupe::storage::postgres
