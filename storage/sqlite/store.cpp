#include "storage/blobs/file_blobs.hpp"
#include "storage/failure.hpp"
#include "storage/sqlite/library.hpp"
#include "storage/sqlite/schema.hpp"
#include "storage/sqlite/writer.hpp"

namespace troupe::storage {

namespace {

using sqlite::connection;
using sqlite::durability_level;

// DESIGN section 6, default profile.
constexpr int writer_cache_kib = 64 * 1024;
constexpr int reader_cache_kib = 8 * 1024;

class sqlite_store final : public store {
public:
  sqlite_store(sqlite_options options, std::shared_ptr<blob_store> blobs)
    : options_(std::move(options)), blobs_(std::move(blobs)) {}

  expected<std::unique_ptr<connection>> connect(durability_level level, int cache_kib) const {
    return connection::open(options_.folder / "troupe.db", level, cache_kib);
  }

  [[nodiscard]] durability_level level() const {
    return options_.durable == durability::full ? durability_level::full : durability_level::normal;
  }

  expected<std::unique_ptr<writer>> open_writer() override {
    auto db = connect(level(), writer_cache_kib);
    if (!db)
      return tl::make_unexpected(db.error());
    return sqlite::make_writer(std::move(*db), blobs_, options_.ledger_limit);
  }

  expected<std::unique_ptr<reader>> open_reader() override {
    auto db = connect(durability_level::read_only, reader_cache_kib);
    if (!db)
      return tl::make_unexpected(db.error());
    return sqlite::make_reader(std::move(*db), blobs_);
  }

private:
  sqlite_options options_;
  std::shared_ptr<blob_store> blobs_;
};

/// Whoever held these leases is gone: the next claim takes them, under a higher epoch.
expected<void> expire_leases(connection& db) {
  return sqlite::guarded([&]() -> expected<void> {
    db.run("update ledger set lease_until = 0 where state = 'running'");
    return {};
  });
}

/// A process that was killed between a snapshot's file and its row leaves the file alone.
expected<void> drop_unnamed(connection& db, blob_store& blobs) {
  return sqlite::guarded([&] {
    return blobs.each([&](const std::string& name) {
      if (!sqlite::is_stored(db, document_id{name}))
        blobs.drop(name);
    });
  });
}

} // namespace

expected<std::shared_ptr<store>> open_sqlite(const sqlite_options& options) {
  std::error_code problem;
  std::filesystem::create_directories(options.folder, problem);
  if (problem)
    return tl::make_unexpected(from_errno(problem.value(), "can't make the data folder " + options.folder.string()));
  auto blobs = open_file_blobs(options.folder / "blobs", options.durable);
  if (!blobs)
    return tl::make_unexpected(blobs.error());
  auto files = *blobs;
  // SQLite removes it when the last connection is closed.
  auto killed = std::filesystem::exists(options.folder / "troupe.db-wal", problem);
  auto result = std::make_shared<sqlite_store>(options, std::move(*blobs));
  auto db = result->connect(result->level(), reader_cache_kib);
  if (!db)
    return tl::make_unexpected(db.error());
  if (auto ready = sqlite::apply_schema(**db, sqlite_migrations()); !ready)
    return tl::make_unexpected(ready.error());
  if (options.sole_owner)
    if (auto freed = expire_leases(**db); !freed)
      return tl::make_unexpected(freed.error());
  if (options.sole_owner && killed)
    if (auto swept = drop_unnamed(**db, *files); !swept)
      return tl::make_unexpected(swept.error());
  return result;
}

} // namespace troupe::storage
