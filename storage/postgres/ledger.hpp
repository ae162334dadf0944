#pragma once
/// The ledger's writes (DESIGN section 5), each inside a group's transaction. They throw `failure`.

#include "storage/postgres/group.hpp"

namespace troupe::storage::postgres {

expected<write_answer> accept(group& g, const accept_research& x);
expected<write_answer> claim(group& g, const claim_research& x);
expected<write_answer> renew(group& g, const renew_leases& x);
expected<write_answer> cancel(group& g, const cancel_research& x);

/// Forgets Idempotency-Keys that are older than a day, some at a time.
void forget_old_keys(connection& db, timestamp now);

} // namespace troupe::storage::postgres
