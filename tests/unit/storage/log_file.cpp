// The gathered log: what a commit answered is in the files and seen by others, whatever its size and what came before.
#define CAF_SUITE log_file

#include <set>

#include "storage/sqlite/connection.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;
using sqlite::connection;
using sqlite::durability_level;

namespace {

struct fixture {
  scratch_folder folder;

  std::unique_ptr<connection> open(durability_level level, const std::string& name = "a.db", int cache_kib = 1024) {
    return take(connection::open(folder.path / name, level, cache_kib));
  }

  static std::int64_t rows(connection& db) { return db.number(-1, "select count(*) from t"); }

  /// Rows of a database made of the files as they are now, the log cut to `log_bytes`: what a crash leaves.
  std::int64_t after_crash(std::uintmax_t log_bytes = ~std::uintmax_t{0}) {
    auto to = folder.path / "crashed.db";
    auto log = folder.path / "crashed.db-wal";
    std::filesystem::remove(folder.path / "crashed.db-shm");
    std::filesystem::copy_file(folder.path / "a.db", to, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(folder.path / "a.db-wal", log, std::filesystem::copy_options::overwrite_existing);
    if (log_bytes < std::filesystem::file_size(log))
      std::filesystem::resize_file(log, log_bytes);
    auto db = open(durability_level::read_only, "crashed.db");
    auto c = db->query("pragma integrity_check");
    return c.next() && c.text(0) == "ok" ? rows(*db) : -1;
  }

  static void insert(connection& db, int n, std::size_t bytes) {
    db.run("begin immediate");
    for (int i = 0; i < n; ++i)
      db.run("insert into t (x) values (?)", std::string(bytes, 'x'));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(log_file_tests, fixture)

CAF_TEST(a commit is in the files and seen by others when it returns) {
  for (auto level : {durability_level::full, durability_level::normal}) {
    for (int cache_kib : {1024, 16}) { // with the small one a transaction writes pages before its commit
      std::filesystem::remove(folder.path / "a.db");
      auto db = open(level, "a.db", cache_kib);
      db->script("create table t (k integer primary key, x text)");
      auto other = open(durability_level::read_only);
      std::int64_t expected = 0;
      for (auto [n, bytes] : {std::pair{1, 10}, {50, 100}, {200, 4000}, {3, 500'000}, {1, 10}}) {
        insert(*db, n, static_cast<std::size_t>(bytes));
        CAF_CHECK_EQUAL(rows(*other), expected);
        db->run("rollback");
        insert(*db, n, static_cast<std::size_t>(bytes));
        CAF_CHECK_EQUAL(rows(*db), expected + n);
        db->run("commit");
        expected += n;
        CAF_CHECK_EQUAL(rows(*other), expected);
        CAF_CHECK_EQUAL(after_crash(), expected);
        if (n == 50)
          db->checkpoint(); // the log begins anew over what it held
      }
    }
  }
}

CAF_TEST(what a rolled back transaction gathered does not come over what another commits) {
  auto db = open(durability_level::full, "a.db", 16);
  db->script("create table t (k integer primary key, x text)");
  auto other = open(durability_level::full, "a.db", 16);
  std::int64_t expected = 0;
  for (int n = 5; n < 40; ++n) { // fewer frames than are gathered: they would stand where the other one's do
    db->checkpoint();            // a rollback that reads the log writes first what was gathered
    insert(*db, n, 4000);
    db->rollback();
    insert(*other, 5, 4000);
    other->run("commit");
    expected += 5;
    CAF_CHECK_EQUAL(rows(*db), expected);
    insert(*db, 1, 10);
    db->run("commit");
    CAF_CHECK_EQUAL(rows(*other), ++expected);
    CAF_CHECK_EQUAL(after_crash(), expected);
  }
}

CAF_TEST(a log that was cut anywhere holds whole commits) {
  auto db = open(durability_level::full);
  db->script("create table t (k integer primary key, x text)");
  std::set<std::int64_t> totals{0};
  for (int n : {3, 40, 1, 90}) {
    insert(*db, n, 1000);
    db->run("commit");
    totals.insert(*totals.rbegin() + n);
  }
  auto whole = std::filesystem::file_size(folder.path / "a.db-wal");
  CAF_CHECK_EQUAL(after_crash(whole), *totals.rbegin());
  std::mt19937_64 random{42};
  std::set<std::int64_t> seen;
  for (int i = 0; i < 40; ++i) {
    auto cut = 3 * 4120 + random() % (whole - 3 * 4120); // behind the schema
    seen.insert(after_crash(cut));
  }
  CAF_CHECK(std::includes(totals.begin(), totals.end(), seen.begin(), seen.end()));
  CAF_CHECK(seen.size() > 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
