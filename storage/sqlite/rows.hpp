#pragma once
/// Ledger rows between SQL and `research_row`, for the writer and the readers.

#include <string>

#include "protocols/research.hpp"
#include "storage/rules.hpp"
#include "storage/sqlite/connection.hpp"

namespace troupe::storage::sqlite {

/// `select … from ledger l`, to be continued with a `where`. Read with `read_row`.
#define TROUPE_SELECT_ROW                                                                                              \
  "select l.id, iif(l.body <> '', l.body, (select body from requests where research = l.row)), l.state, l.attempt, "   \
  "l.lease_owner, l.lease_epoch, l.created_at, l.started_at, "                                                         \
  "l.finished_at, l.phase, l.pages_found, l.pages_fetched, l.pages_failed, l.passages, l.sources, "                    \
  "l.cancel_requested, l.error_code, l.error_message, l.error_advice, l.granted, l.crashes "                           \
  "from ledger l "

/// The row under the cursor; fails when the stored request can't be read.
expected<research_row> read_row(const cursor& c);

} // namespace troupe::storage::sqlite
