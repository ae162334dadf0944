#pragma once
/// The ledger's writes (DESIGN section 5), each inside a group's transaction. They throw `failure` when SQLite fails.

#include "storage/sqlite/group.hpp"

namespace troupe::storage::sqlite {

expected<write_answer> accept(group& g, const accept_research& x, std::uint32_t ledger_limit);
expected<write_answer> claim(group& g, const claim_research& x);
expected<write_answer> renew(group& g, const renew_leases& x);
expected<write_answer> cancel(group& g, const cancel_research& x);

/// The ledger row at `row`, which exists.
expected<research_row> row_of(connection& db, std::int64_t row);

/// Forgets Idempotency-Keys older than 24 h. Bounded.
void forget_old_keys(connection& db, timestamp now);

} // namespace troupe::storage::sqlite
