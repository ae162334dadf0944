#pragma once
#include <span>

#include "storage/schema/migrations.hpp"
#include "storage/sqlite/connection.hpp"

namespace troupe::storage::sqlite {

/// Applies the steps that `db` lacks, all in one transaction under SQLite's write lock; `user_version` records the
/// last. A database of another program or of a newer Troupe is refused untouched.
expected<void> apply_schema(connection& db, std::span<const migration> steps);

} // namespace troupe::storage::sqlite
