#pragma once
#include <memory>

#include "storage/sqlite/connection.hpp"
#include "storage/store.hpp"

namespace troupe::storage::sqlite {

/// The one writer of an embedded store. `blobs` is where snapshots' texts go before the rows that name them.
std::unique_ptr<writer> make_writer(std::unique_ptr<connection> db, std::shared_ptr<blob_store> blobs,
                                    std::uint32_t ledger_limit);

/// One of its readers.
std::unique_ptr<reader> make_reader(std::unique_ptr<connection> db, std::shared_ptr<blob_store> blobs);

} // namespace troupe::storage::sqlite
