#pragma once
#include <span>

#include "storage/postgres/connection.hpp"
#include "storage/schema/migrations.hpp"

namespace troupe::storage::postgres {

/// Brings the schema up to the newest step; one process at a time, the others wait. Fails for one that is newer.
expected<void> apply_schema(connection& db, std::span<const migration> steps);

/// Makes the partitions of this year and the next where they are missing.
expected<void> make_partitions(connection& db);

} // namespace troupe::storage::postgres
