#pragma once
/// One SQLite connection with its prepared statements. Inside the engine failures travel as `failure`; whoever
/// implements a public interface catches them (`guarded`). A connection is used by one thread at a time.

#include <concepts>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocols/error.hpp"
#include "storage/sql_text.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace troupe::storage::sqlite {

/// What SQLite said, translated. Never leaves `storage/sqlite`.
class failure : public std::exception {
public:
  failure(int rc, error x) : code(rc), what_happened(std::move(x)) {}
  const char* what() const noexcept override { return what_happened.message.c_str(); }
  int code; ///< primary result code
  error what_happened;
};

/// Bytes, to be bound as a blob rather than as text.
struct blob_view {
  std::string_view bytes;
};

/// A running statement; resets it when it goes out of scope. Columns are valid until the next `next()`.
class cursor {
public:
  cursor(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  cursor(const cursor&) = delete;
  cursor& operator=(const cursor&) = delete;
  ~cursor();
  /// Steps to the next row; false at the end. Throws `failure`.
  bool next();
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  template <std::integral T>
  [[nodiscard]] T as(int column) const {
    return static_cast<T>(integer(column));
  }

private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
};

enum class durability_level : std::uint8_t { full, normal, read_only };

class connection {
public:
  /// Opens or makes the database file. `cache_kib`: page cache.
  static expected<std::unique_ptr<connection>> open(const std::filesystem::path& file, durability_level level,
                                                    int cache_kib);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// Runs `sql` to its end. All below throw `failure`. SQL is prepared once and kept.
  template <class... Ts>
  void run(sql_text sql, const Ts&... xs) {
    cursor c{db_, start(sql, xs...)};
    while (c.next())
      continue;
  }
  /// Starts `sql`. Bound texts must live as long as the cursor.
  template <class... Ts>
  [[nodiscard]] cursor query(sql_text sql, const Ts&... xs) {
    return cursor{db_, start(sql, xs...)};
  }
  /// First column of the first row, or `otherwise`.
  template <class... Ts>
  [[nodiscard]] std::int64_t number(std::int64_t otherwise, sql_text sql, const Ts&... xs) {
    auto c = query(sql, xs...);
    return c.next() ? c.integer(0) : otherwise;
  }
  /// Several statements, not kept.
  void script(std::string_view sql);

  [[nodiscard]] std::int64_t inserted_row() const;
  [[nodiscard]] std::int64_t changes() const;
  /// Rows changed by this connection so far: whether something was written between two looks at it.
  [[nodiscard]] std::int64_t total_changes() const;
  /// False when SQLite has ended the transaction on its own (disk full, I/O error).
  [[nodiscard]] bool in_transaction() const;
  void rollback() noexcept;

  /// Frames in the write-ahead log after the last commit; 0 after a complete checkpoint.
  [[nodiscard]] int wal_frames() const { return wal_frames_; }
  /// Copies what it can of the log into the database, waiting for nobody.
  void checkpoint() noexcept;

private:
  explicit connection(sqlite3* db) : db_(db) {}
  void configure(durability_level level, int cache_kib);
  void use_log();
  sqlite3_stmt* prepared(std::string_view sql);
  template <class... Ts>
  sqlite3_stmt* start(sql_text sql, const Ts&... xs) {
    auto* statement = prepared(sql.text);
    [[maybe_unused]] int i = 0;
    (bind(statement, ++i, xs), ...);
    return statement;
  }
  template <std::integral T>
  void bind(sqlite3_stmt* s, int i, T x) {
    bind_integer(s, i, static_cast<std::int64_t>(x));
  }
  void bind_integer(sqlite3_stmt* s, int i, std::int64_t x);
  void bind(sqlite3_stmt* s, int i, std::string_view x);
  void bind(sqlite3_stmt* s, int i, blob_view x);

  sqlite3* db_;
  int wal_frames_ = 0;
  std::unordered_map<const char*, sqlite3_stmt*> statements_; ///< by where the literal stands, which lives for ever
};

/// Turns SQLite's last error on `db` into ours. `rc`: the code that came back.
failure describe(sqlite3* db, int rc);

/// Runs `f`, which returns some `expected`; every exception becomes its error.
template <class F>
auto guarded(F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const failure& x) {
    return tl::make_unexpected(x.what_happened);
  } catch (const std::bad_alloc&) {
    return fail(errc::storage_failed, "the store ran out of memory", "Give the process more memory.");
  } catch (const std::exception& x) {
    return fail(errc::internal, std::string{"the store failed: "} + x.what(), "Report this with the node's log.");
  }
}

} // namespace troupe::storage::sqlite
