#include "storage/sqlite/rows.hpp"

#include "protocols/json/research_json.hpp"
#include "storage/failure.hpp"

namespace troupe::storage::sqlite {

expected<research_row> read_row(const cursor& c) {
  research_row row;
  row.id = research_id{std::string{c.text(0)}};
  auto request = parse_stored_request(c.text(1));
  if (!request)
    return tl::make_unexpected(request.error());
  row.request = std::move(*request);
  if (!from_string(std::string{c.text(2)}, row.status) || !from_string(std::string{c.text(9)}, row.progress.phase))
    return fail(errc::storage_failed, "the ledger row of " + row.id.value + " is in a state that nobody knows",
                start_afresh);
  row.attempt = c.as<std::uint32_t>(3);
  row.node = node_id{std::string{c.text(4)}};
  row.epoch = lease_epoch{c.as<std::uint64_t>(5)};
  row.created_at = from_ns(c.integer(6));
  row.started_at = from_ns(c.integer(7));
  row.finished_at = from_ns(c.integer(8));
  row.progress.pages_found = c.as<std::uint32_t>(10);
  row.progress.pages_fetched = c.as<std::uint32_t>(11);
  row.progress.pages_failed = c.as<std::uint32_t>(12);
  row.progress.passages = c.as<std::uint32_t>(13);
  row.progress.sources = c.as<std::uint32_t>(14);
  row.cancel_requested = c.integer(15) != 0;
  row.failure = {errc_from(std::string{c.text(16)}), std::string{c.text(17)}, std::string{c.text(18)}};
  auto granted = parse_stored_grant(c.text(19));
  if (!granted)
    return tl::make_unexpected(granted.error());
  row.granted = std::move(*granted);
  row.crashes = c.as<std::uint32_t>(20);
  return row;
}

} // namespace troupe::storage::sqlite
