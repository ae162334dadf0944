#pragma once
/// Ledger rows between SQL and `research_row`, for the writer and the readers.

#include "protocols/research.hpp"
#include "storage/postgres/connection.hpp"

namespace troupe::storage::postgres {

/// The columns of `ledger l` that `read_row` reads.
#define TROUPE_ROW                                                                                                     \
  "l.id, l.body, l.state, l.attempt, l.lease_owner, l.lease_epoch, l.created_at, l.started_at, l.finished_at, "        \
  "l.phase, l.pages_found, l.pages_fetched, l.pages_failed, l.passages, l.sources, l.cancel_requested, l.error_code, " \
  "l.error_message, l.error_advice, l.granted, l.crashes"

/// Row `i`; fails when the stored request can't be read.
expected<research_row> read_row(const rows& r, std::size_t i);
/// The row of this number, which is there.
expected<research_row> row_of(connection& db, std::int64_t row);

} // namespace troupe::storage::postgres
