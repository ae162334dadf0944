#include "storage/postgres/schema.hpp"

namespace troupe::storage::postgres {

namespace {

/// Of advisory locks: whoever changes the schema.
#define TROUPE_MIGRATING "select pg_advisory_xact_lock(7423116)"

expected<void> migrate(connection& db, std::span<const migration> steps) {
  auto newest = steps.empty() ? 0 : std::int64_t{steps.back().number};
  db.begin(connection::access::write);
  db.run(TROUPE_MIGRATING);
  if (!db.where().schema.empty() && db.number(0, "select count(current_schema())") == 0)
    return fail(errc::not_found, "the schema '" + db.where().schema + "' of DATABASE_URL is not in that database",
                "Make it (create schema), or name another.");
  db.run("create table if not exists troupe_schema (version integer not null)");
  auto version = db.number(0, "select coalesce(max(version), 0) from troupe_schema");
  if (version > newest)
    return fail(errc::storage_failed,
                "the database was written by a newer troupe (schema " + std::to_string(version) + "; this one knows "
                  + std::to_string(newest) + ")",
                "Run that newer troupe, or give another database.");
  for (const auto& step : steps)
    if (step.number > version) {
      db.script(step.sql);
      db.run("insert into troupe_schema values ($1::integer)", step.number);
    }
  db.commit();
  return {};
}

} // namespace

expected<void> apply_schema(connection& db, std::span<const migration> steps) {
  auto done = guarded([&] { return migrate(db, steps); });
  db.rollback(); // nothing to do after a commit
  return done;
}

expected<void> make_partitions(connection& db) {
  auto done = guarded([&]() -> expected<void> {
    db.begin(connection::access::write);
    auto year = db.number(0, "select extract(year from now() at time zone 'utc')::bigint");
    for (auto x : {year, year + 1}) {
      auto name = "passages_" + std::to_string(x);
      if (db.number(
            0, "select count(*) from pg_class where relname = $1 and relnamespace = current_schema()::regnamespace",
            name)
          != 0)
        continue;
      db.run(TROUPE_MIGRATING);
      db.script("create table if not exists " + name + " partition of passages for values in (" + std::to_string(x)
                + ")");
    }
    db.commit();
    return {};
  });
  db.rollback();
  return done;
}

} // namespace troupe::storage::postgres
