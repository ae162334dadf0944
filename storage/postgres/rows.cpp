#include "storage/postgres/rows.hpp"

#include "protocols/json/research_json.hpp"
#include "storage/rules.hpp"

namespace troupe::storage::postgres {

expected<research_row> read_row(const rows& r, std::size_t i) {
  research_row row;
  row.id = research_id{std::string{r.text(i, 0)}};
  auto request = parse_stored_request(r.text(i, 1));
  if (!request)
    return tl::make_unexpected(request.error());
  row.request = std::move(*request);
  if (!from_string(std::string{r.text(i, 2)}, row.status)
      || !from_string(std::string{r.text(i, 9)}, row.progress.phase))
    return fail(errc::storage_failed, "the ledger row of " + row.id.value + " is in a state that nobody knows",
                "Restore the database from a backup.");
  row.attempt = r.as<std::uint32_t>(i, 3);
  row.node = node_id{std::string{r.text(i, 4)}};
  row.epoch = lease_epoch{r.as<std::uint64_t>(i, 5)};
  row.created_at = from_ns(r.integer(i, 6));
  row.started_at = from_ns(r.integer(i, 7));
  row.finished_at = from_ns(r.integer(i, 8));
  row.progress.pages_found = r.as<std::uint32_t>(i, 10);
  row.progress.pages_fetched = r.as<std::uint32_t>(i, 11);
  row.progress.pages_failed = r.as<std::uint32_t>(i, 12);
  row.progress.passages = r.as<std::uint32_t>(i, 13);
  row.progress.sources = r.as<std::uint32_t>(i, 14);
  row.cancel_requested = r.truth(i, 15);
  row.failure = {errc_from(std::string{r.text(i, 16)}), std::string{r.text(i, 17)}, std::string{r.text(i, 18)}};
  auto granted = parse_stored_grant(r.text(i, 19));
  if (!granted)
    return tl::make_unexpected(granted.error());
  row.granted = std::move(*granted);
  row.crashes = r.as<std::uint32_t>(i, 20);
  return row;
}

expected<research_row> row_of(connection& db, std::int64_t row) {
  auto r = db.run("select " TROUPE_ROW " from ledger l where l.row = $1::bigint", row);
  if (r.empty())
    throw failure{failure::kind::lasting,
                  {errc::storage_failed, "a ledger row is gone", "Restore the database from a backup."}};
  return read_row(r, 0);
}

} // namespace troupe::storage::postgres
