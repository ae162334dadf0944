// What matches, beside SQLite's FTS5: another program's reading of the same terms.
#define CAF_SUITE full_text_oracle

#include <memory>
#include <random>
#include <set>

#include <sqlite3.h>

#include "actors/embed/analyzer.hpp"
#include "actors/index/bm25_index.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

/// FTS5 in memory. It is given terms, not text, so that the two differ in nothing but the search.
class full_text {
public:
  full_text() {
    sqlite3* opened = nullptr;
    CAF_REQUIRE_EQUAL(sqlite3_open(":memory:", &opened), SQLITE_OK);
    db_.reset(opened);
    run("create virtual table t using fts5(x, tokenize = 'ascii')", {});
  }
  void add(slot at, const std::string& words) { run("insert into t(rowid, x) values (?2, ?1)", words, at); }
  void remove(slot at, const std::string& words) { run("delete from t where rowid = ?2 and x = ?1", words, at); }
  std::set<slot> matches(const std::string& expression) {
    return run("select rowid from t where t match ?1", expression);
  }

private:
  std::set<slot> run(const char* sql, const std::string& text, slot at = 0) {
    sqlite3_stmt* prepared = nullptr;
    CAF_REQUIRE_EQUAL(sqlite3_prepare_v2(db_.get(), sql, -1, &prepared, nullptr), SQLITE_OK);
    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement{prepared, sqlite3_finalize};
    if (sqlite3_bind_parameter_count(prepared) > 0)
      sqlite3_bind_text(prepared, 1, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    if (sqlite3_bind_parameter_count(prepared) > 1)
      sqlite3_bind_int64(prepared, 2, at);
    std::set<slot> rows;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(prepared)) == SQLITE_ROW)
      rows.insert(static_cast<slot>(sqlite3_column_int64(prepared, 0)));
    CAF_REQUIRE_EQUAL(status, SQLITE_DONE);
    return rows;
  }
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> db_{nullptr, sqlite3_close};
};

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string result;
  for (const auto& w : words)
    result += (result.empty() ? "" : between) + w;
  return result;
}

term_list list(const std::vector<std::string>& words) {
  term_list result;
  for (const auto& w : words)
    result.add(w);
  return result;
}

} // namespace

CAF_TEST(words and phrases match where full text search finds them) {
  std::mt19937 random{3};
  auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  auto some = [&](std::size_t n) {
    std::vector<std::string> words(n);
    for (auto& w : words)
      w = "w" + std::to_string(pick(1 + pick(1 + pick(120))));
    return words;
  };
  full_text oracle;
  bm25_index index;
  std::map<slot, std::vector<std::string>> there;
  std::size_t phrases_found = 0;
  for (slot at = 0; at < 1500; ++at) {
    auto words = some(1 + pick(60));
    oracle.add(at, joined(words, " "));
    index.add(at, list(words));
    there[at] = words;
    if (pick(4) == 0) {
      auto victim = std::next(there.begin(), static_cast<std::ptrdiff_t>(pick(there.size())));
      oracle.remove(victim->first, joined(victim->second, " "));
      index.remove(victim->first, list(victim->second));
      there.erase(victim);
    }
    if (at % 5 != 0)
      continue;
    auto query = some(1 + pick(4));
    std::set<slot> found;
    for (const auto& x : index.search(list(query), 2000))
      found.insert(x.at);
    CAF_REQUIRE(found == oracle.matches(joined(query, " OR ")));
    std::set<slot> held;
    index.holding(list(query)).each_from(0, [&](slot x) { held.insert(x); });
    CAF_REQUIRE(held == oracle.matches("\"" + joined(query, " ") + "\""));
    phrases_found += query.size() > 1 ? held.size() : 0;
  }
  CAF_CHECK(phrases_found > 100); // or it has shown nothing
}
