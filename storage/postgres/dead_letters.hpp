#pragma once
/// Work that was given up: kept until an operator requeues or discards it. Inside a group's transaction, or a reader's.

#include "storage/postgres/group.hpp"

namespace troupe::storage::postgres {

/// Keeps `x`, of the research at `row`. One of the same research, queue and subject takes the place of an older one.
void bury(connection& db, std::int64_t row, const dead_letter& x);
expected<write_answer> settle(group& g, const settle_dead_letter& x);
/// At most 1,000 of them, newest first.
dead_letter_list list_buried(connection& db, const list_dead_letters& x);

} // namespace troupe::storage::postgres
