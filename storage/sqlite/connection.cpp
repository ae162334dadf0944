#include "storage/sqlite/connection.hpp"

#include <cerrno>
#include <chrono>
#include <sqlite3.h>
#include <thread>

#include "storage/sqlite/log_file.hpp"
#include "storage/sqlite/page_cache.hpp"

namespace troupe::storage::sqlite {

// -- cursor -----------------------------------------------------------------------------------------------------------

cursor::~cursor() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool cursor::next() {
  errno = 0; // so that `describe` finds this step's
  auto rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW)
    return true;
  if (rc == SQLITE_DONE)
    return false;
  throw describe(db_, rc);
}

std::int64_t cursor::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view cursor::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string_view{} : std::string_view{bytes, size};
}

namespace {

/// A log that is not synced with each commit is written as SQLite writes it.
const char* vfs_of(durability_level level) { return level == durability_level::full ? gathering_vfs() : nullptr; }

} // namespace

// -- connection -------------------------------------------------------------------------------------------------------

expected<std::unique_ptr<connection>> connection::open(const std::filesystem::path& file, durability_level level,
                                                       int cache_kib) {
  // To count what is allocated SQLite takes one lock for the whole process, at each allocation. Before its first use.
  [[maybe_unused]] static const auto uncounted = [] {
    use_page_ceilings();
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  }();
  sqlite3* db = nullptr;
  auto rc =
    sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, vfs_of(level));
  if (rc != SQLITE_OK) {
    auto what = describe(db, rc).what_happened;
    sqlite3_close(db);
    what.message = "can't open " + file.string() + ": " + what.message;
    return tl::make_unexpected(std::move(what));
  }
  return guarded([&]() -> expected<std::unique_ptr<connection>> {
    std::unique_ptr<connection> result{new connection(db)};
    result->configure(level, cache_kib);
    return result;
  });
}

void connection::configure(durability_level level, int cache_kib) {
  constexpr int patience_ms = 5000; // longer than any transaction of ours or any checkpoint
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, patience_ms);
  // Before the first write: what is gathered for the log's sync must not be told of without one.
  if (level != durability_level::read_only)
    script(level == durability_level::full ? "pragma synchronous = full" : "pragma synchronous = normal");
  use_log();
  // SQLite counts what it asks for; the allocator keeps 5 KiB for a page of 4 KiB with what stands beside it.
  script("pragma cache_size = -" + std::to_string(cache_kib * 17 / 20));
  script("pragma temp_store = memory");
  script("pragma secure_delete = off"); // on in Debian's: zeros over whatever an index lets go
  if (level == durability_level::read_only) {
    script("pragma query_only = 1");
    return;
  }
  // Checkpoints are the owner's to schedule (see `checkpoint`); the log file is cut back to this after one.
  script("pragma wal_autocheckpoint = 0");
  script("pragma journal_size_limit = 67108864");
  sqlite3_wal_hook(
    db_,
    [](void* self, sqlite3*, const char*, int frames) {
      static_cast<connection*>(self)->wal_frames_ = frames;
      return SQLITE_OK;
    },
    this);
}

/// Of several that make a log for a new database at once, SQLite refuses all but one, without a wait: each would wait
/// for the others.
void connection::use_log() {
  for (int left = 200;; --left) {
    try {
      return script("pragma journal_mode = wal");
    } catch (const failure& x) {
      if (x.code != SQLITE_BUSY || left == 0)
        throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{25});
  }
}

connection::~connection() {
  for (auto& [sql, statement] : statements_)
    sqlite3_finalize(statement);
  sqlite3_close(db_);
}

sqlite3_stmt* connection::prepared(std::string_view sql) {
  if (auto i = statements_.find(sql.data()); i != statements_.end()) {
    if (sqlite3_stmt_busy(i->second) != 0)
      throw failure{SQLITE_MISUSE, {errc::internal, "a statement was started twice", "Report this."}};
    return i->second;
  }
  sqlite3_stmt* statement = nullptr;
  auto rc =
    sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (rc != SQLITE_OK)
    throw describe(db_, rc);
  statements_.emplace(sql.data(), statement);
  return statement;
}

void connection::bind_integer(sqlite3_stmt* s, int i, std::int64_t x) {
  if (auto rc = sqlite3_bind_int64(s, i, x); rc != SQLITE_OK)
    throw describe(db_, rc);
}

void connection::bind(sqlite3_stmt* s, int i, std::string_view x) {
  const auto* data = x.data() == nullptr ? "" : x.data(); // a null pointer would bind NULL
  if (auto rc = sqlite3_bind_text64(s, i, data, x.size(), SQLITE_STATIC, SQLITE_UTF8); rc != SQLITE_OK)
    throw describe(db_, rc);
}

void connection::bind(sqlite3_stmt* s, int i, blob_view x) {
  const auto* data = x.bytes.data() == nullptr ? "" : x.bytes.data();
  if (auto rc = sqlite3_bind_blob64(s, i, data, x.bytes.size(), SQLITE_STATIC); rc != SQLITE_OK)
    throw describe(db_, rc);
}

void connection::script(std::string_view sql) {
  if (auto rc = sqlite3_exec(db_, std::string{sql}.c_str(), nullptr, nullptr, nullptr); rc != SQLITE_OK)
    throw describe(db_, rc);
}

std::int64_t connection::inserted_row() const { return sqlite3_last_insert_rowid(db_); }
std::int64_t connection::changes() const { return sqlite3_changes64(db_); }
std::int64_t connection::total_changes() const { return sqlite3_total_changes64(db_); }
bool connection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

void connection::rollback() noexcept {
  if (in_transaction()) {
    try {
      run("rollback"); // prepared: readers end each of their views with it
    } catch (...) {
      sqlite3_exec(db_, "rollback", nullptr, nullptr, nullptr);
    }
  }
  forget_gathered(db_);
}

void connection::checkpoint() noexcept {
  int frames = 0;
  int done = 0;
  auto rc = sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
  if (rc == SQLITE_OK && frames == done)
    wal_frames_ = 0;
}

} // namespace troupe::storage::sqlite
