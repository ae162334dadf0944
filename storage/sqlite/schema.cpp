#include "storage/sqlite/schema.hpp"

namespace troupe::storage::sqlite {

namespace {

constexpr std::int64_t application = 0x54525550; // "TRUP", so that `file` and we know the database as ours

expected<void> check_owner(connection& db, std::int64_t version, std::int64_t newest) {
  auto owner = db.number(0, "pragma application_id");
  auto tables = db.number(0, "select count(*) from sqlite_schema");
  if (owner != application && (owner != 0 || version != 0 || tables != 0))
    return fail(errc::storage_failed, "troupe.db is the database of another program",
                "Give an empty folder with --data.");
  if (version > newest)
    return fail(errc::storage_failed,
                "the data folder was written by a newer troupe (schema " + std::to_string(version) + "; this one knows "
                  + std::to_string(newest) + ")",
                "Run that newer troupe, or give another folder with --data.");
  return {};
}

} // namespace

expected<void> apply_schema(connection& db, std::span<const migration> steps) {
  auto newest = steps.empty() ? 0 : std::int64_t{steps.back().number};
  auto done = guarded([&]() -> expected<void> {
    db.run("begin immediate");
    auto version = db.number(0, "pragma user_version");
    if (auto ours = check_owner(db, version, newest); !ours)
      return ours;
    for (const auto& step : steps)
      if (step.number > version)
        db.script(step.sql);
    if (version < newest) {
      db.script("pragma application_id = " + std::to_string(application));
      db.script("pragma user_version = " + std::to_string(newest));
    }
    db.run("commit");
    return {};
  });
  db.rollback(); // nothing to do after a commit
  return done;
}

} // namespace troupe::storage::sqlite
