#pragma once
/// Ledger rows between SQL and `research_row`, for the writer and the readers.

#include <chrono>
#include <string>

#include "protocols/research.hpp"
#include "storage/sqlite/connection.hpp"

namespace troupe::storage::sqlite {

/// Nanoseconds since the Unix epoch, as stored.
inline std::int64_t to_ns(timestamp at) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}
inline timestamp from_ns(std::int64_t ns) {
  return timestamp{std::chrono::duration_cast<timestamp::duration>(std::chrono::nanoseconds{ns})};
}

/// `select … from ledger l`, to be continued with a `where`. Read with `read_row`.
#define TROUPE_SELECT_ROW                                                                                              \
  "select l.id, iif(l.body <> '', l.body, (select body from requests where research = l.row)), l.state, l.attempt, "   \
  "l.lease_owner, l.lease_epoch, l.created_at, l.started_at, "                                                         \
  "l.finished_at, l.phase, l.pages_found, l.pages_fetched, l.pages_failed, l.passages, l.sources, "                    \
  "l.cancel_requested, l.error_code, l.error_message, l.error_advice, l.granted, l.crashes "                           \
  "from ledger l "

/// The row under the cursor; fails when the stored request can't be read.
expected<research_row> read_row(const cursor& c);

/// The answer for an id that nobody knows.
tl::unexpected<error> no_such_research(const research_id& id);

} // namespace troupe::storage::sqlite
