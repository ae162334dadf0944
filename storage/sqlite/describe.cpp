#include <cerrno>
#include <sqlite3.h>

#include "storage/failure.hpp"
#include "storage/sqlite/connection.hpp"

namespace troupe::storage::sqlite {

namespace {

/// With a damaged file: `db` knows its name, unless it could not be opened at all.
std::string how_to_go_on(sqlite3* db) {
  const char* name = db == nullptr ? nullptr : sqlite3_db_filename(db, "main");
  return name == nullptr || *name == '\0' ? start_afresh : start_without(name);
}

} // namespace

failure describe(sqlite3* db, int rc) {
  // SQLite keeps the system's code for itself when a write fails (seen with 3.40), so the thread's is asked as well.
  const auto last = errno;
  auto primary = rc & 0xff;
  std::string said = db == nullptr ? sqlite3_errstr(rc) : sqlite3_errmsg(db);
  auto os = db == nullptr ? 0 : sqlite3_system_errno(db);
  switch (primary) {
  case SQLITE_FULL:
    return {primary, {errc::disk_full, "the disk of the data folder is full", free_space}};
  case SQLITE_IOERR:
    if (is_no_space(os) || is_no_space(last))
      return {primary, {errc::disk_full, "the disk of the data folder is full", free_space}};
    return {primary, {errc::storage_failed, "the disk failed: " + said, "Look at the disk and the system's log."}};
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_CANTOPEN:
    return {primary, {errc::storage_failed, "the database can't be written: " + said, give_access}};
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return {primary,
            {errc::data_locked, "another process is writing to the database", "Stop it, or try again in a moment."}};
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return {primary, {errc::storage_failed, "the database is damaged: " + said, how_to_go_on(db)}};
  default:
    return {primary, {errc::storage_failed, "the database refused: " + said, "Report this with the node's log."}};
  }
}

} // namespace troupe::storage::sqlite
