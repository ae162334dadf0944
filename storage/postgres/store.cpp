#include "storage/blobs/file_blobs.hpp"
#include "storage/postgres/schema.hpp"
#include "storage/postgres/writer.hpp"

namespace troupe::storage {

namespace {

class postgres_store final : public store {
public:
  postgres_store(postgres::address to, std::shared_ptr<blob_store> blobs, std::uint32_t ledger_limit,
                 std::string identity)
    : to_(std::move(to)), blobs_(std::move(blobs)), ledger_limit_(ledger_limit), identity_(std::move(identity)) {}

  expected<std::unique_ptr<writer>> open_writer() override { return postgres::make_writer(to_, blobs_, ledger_limit_); }
  expected<std::unique_ptr<reader>> open_reader() override { return postgres::make_reader(to_, blobs_); }
  [[nodiscard]] std::string identity() const override { return identity_; }

private:
  postgres::address to_;
  std::shared_ptr<blob_store> blobs_;
  std::uint32_t ledger_limit_;
  std::string identity_;
};

} // namespace

expected<std::shared_ptr<store>> open_postgres(const postgres_options& options) {
  auto to = postgres::read_address(options.url);
  if (!to)
    return tl::make_unexpected(to.error());
  to->durable = options.durable == durability::full;
  auto blobs = open_file_blobs(options.folder / "blobs", options.durable);
  if (!blobs)
    return tl::make_unexpected(blobs.error());
  postgres::connection db{*to};
  if (auto ready = postgres::apply_schema(db, postgres_migrations()); !ready)
    return tl::make_unexpected(ready.error());
  if (auto ready = postgres::make_partitions(db); !ready)
    return tl::make_unexpected(ready.error());
  auto identity = postgres::viewed(db, [&]() -> expected<std::string> {
    auto r = db.run("select value from identity");
    return r.empty() ? std::string{} : std::string{r.text(0, 0)};
  });
  if (!identity)
    return tl::make_unexpected(identity.error());
  return std::make_shared<postgres_store>(std::move(*to), std::move(*blobs), options.ledger_limit,
                                          std::move(*identity));
}

expected<std::string> describe_postgres(const std::string& url) {
  auto to = postgres::read_address(url);
  if (!to)
    return tl::make_unexpected(to.error());
  postgres::connection db{*to};
  return postgres::viewed(db, [&]() -> expected<std::string> {
    auto r = db.run("select current_setting('server_version')");
    auto version = r.text(0, 0);
    return "PostgreSQL " + std::string{version.substr(0, version.find(' '))};
  });
}

} // namespace troupe::storage
