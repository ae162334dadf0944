#pragma once
/// One connection to PostgreSQL, the only place that knows libpqxx. Inside the engine failures travel as `failure`;
/// whoever implements a public interface catches them (`guarded`). Used by one thread at a time.

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/error.hpp"
#include "storage/postgres/parameters.hpp"
#include "storage/sql_text.hpp"
#include "storage/store.hpp"

namespace troupe::storage::postgres {

/// What PostgreSQL said, translated. Never leaves `storage/postgres`.
class failure : public std::exception {
public:
  /// What may be done about it.
  enum class kind : std::uint8_t {
    of_the_op, ///< a constraint or a value: its neighbours may go on
    passing,   ///< a deadlock, a serialisation failure: the same again may go well
    cut_off,   ///< no connection any more
    lasting
  };
  failure(kind k, error x) : how(k), what_happened(std::move(x)) {}
  const char* what() const noexcept override { return what_happened.message.c_str(); }
  kind how;
  error what_happened;
};

/// The rows of an answer, kept as long as anybody has them.
class rows {
public:
  struct answer;
  explicit rows(std::shared_ptr<const answer> x);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  /// Rows that were written, where none came back.
  [[nodiscard]] std::int64_t affected() const;
  [[nodiscard]] std::int64_t integer(std::size_t row, int column) const;
  [[nodiscard]] std::string_view text(std::size_t row, int column) const;
  [[nodiscard]] bool truth(std::size_t row, int column) const { return text(row, column) == "t"; }
  [[nodiscard]] std::string bytes(std::size_t row, int column) const { return decode_bytes(text(row, column)); }
  template <std::integral T>
  [[nodiscard]] T as(std::size_t row, int column) const {
    return static_cast<T>(integer(row, column));
  }

private:
  std::shared_ptr<const answer> answer_;
};

/// Where to connect and how.
struct address {
  std::string url;                  ///< for libpq; several hosts are tried in turn
  std::string schema;               ///< the search path of each transaction; empty: the role's own
  bool durable = true;              ///< `synchronous_commit`
  std::uint32_t within_ms = 30'000; ///< `statement_timeout`
};

/// Takes Prisma's `?schema=` out of `url`, which libpq would refuse, and says how long to wait for a server that does
/// not answer where `url` doesn't. Fails when the schema is no plain name.
expected<address> read_address(const std::string& url);

class connection {
public:
  /// Connects at the first transaction, and again after one that was cut off.
  explicit connection(address to);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  enum class access : std::uint8_t { write, read };
  /// `read`: everything sees one snapshot. All below throw `failure`.
  void begin(access how);
  void commit();
  /// Ends what was begun, if it still is. A connection that does not answer is given up.
  void rollback() noexcept;

  template <class... Ts>
  rows run(sql_text sql, const Ts&... xs) {
    return execute(sql.text, std::vector<std::string>{parameter(xs)...});
  }
  /// First column of the first row, or `otherwise`.
  template <class... Ts>
  [[nodiscard]] std::int64_t number(std::int64_t otherwise, sql_text sql, const Ts&... xs) {
    auto r = run(sql, xs...);
    return r.empty() ? otherwise : r.integer(0, 0);
  }
  /// Several statements of a schema.
  void script(std::string_view sql);
  /// Statements so far that wrote something, or found something: whether anything may have been written between two
  /// looks at it.
  [[nodiscard]] std::uint64_t writes() const { return writes_; }
  [[nodiscard]] const address& where() const { return to_; }

private:
  struct session;
  rows execute(std::string_view sql, const std::vector<std::string>& xs);
  session& connected();
  template <class F>
  auto watched(F&& f) -> decltype(f());

  address to_;
  std::unique_ptr<session> session_;
  bool begun_ = false;
  std::uint64_t writes_ = 0;
};

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

/// Runs `f` in a transaction that sees one snapshot; once more where the connection turned out to be gone.
template <class F>
auto viewed(connection& db, F&& f) -> decltype(f()) {
  auto once = [&] {
    db.begin(connection::access::read);
    try {
      auto result = f();
      db.commit();
      return result;
    } catch (...) {
      db.rollback();
      throw;
    }
  };
  return guarded([&] {
    try {
      return once();
    } catch (const failure& x) {
      if (x.how != failure::kind::cut_off)
        throw;
      return once();
    }
  });
}

} // namespace troupe::storage::postgres
