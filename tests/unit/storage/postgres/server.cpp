// What only a PostgreSQL shows: several nodes at once, connections that are cut, addresses that are wrong.
#define CAF_SUITE server

#include <csignal>
#include <set>
#include <thread>

#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

/// Nothing in here means anything without a server: unit_storage alone leaves these to `storage_postgres`.
struct fixture : store_fixture {
  postgres::connection other{take(postgres::read_address(server().empty() ? "" : schema.url()))};

  bool absent() {
    if (server().empty())
      CAF_MESSAGE("left to storage_postgres: there is no PostgreSQL here");
    return server().empty();
  }
  /// Ends all connections to this database but our own `other`.
  void cut_off() {
    other.begin(postgres::connection::access::write);
    other.run("select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() "
              "and usename = current_user and backend_type = 'client backend'");
    other.commit();
  }
  std::string refusal(const std::string& url) {
    auto x = open_postgres({url, folder.path, durability::normal, 10});
    return x ? "opened" : std::string{to_string(x.error().code)} + ": " + x.error().message + " " + x.error().advice;
  }
};

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

CAF_TEST_FIXTURE_SCOPE(server_tests, fixture)

CAF_TEST(texts are kept to the letter whatever they hold) {
  if (absent())
    return;
  const std::vector<std::string> naughty{
    "'; drop table ledger; --", "\\",  "\"{,}\"", "{a,\"b\\\"c\"}", "$1", "\\x00ff", "NULL", "", " ", "\n\r\t\b",
    "Ünïcödé 🜁 \xEF\xBF\xBE",   "a\\", "\\\\\"",  "${jndi:x}"};
  auto mine = running("r_1");
  auto step = a_commit(mine);
  std::int64_t n = 0;
  for (const auto& x : naughty) {
    step.events.push_back({at(n), "progress", x});
    auto page = a_page("http://a/" + x + std::to_string(n), "the text number " + std::to_string(n), 2, n);
    page.content.title = x;
    page.embedded.passages[0].heading = x;
    step.pages.push_back(page);
    ++n;
  }
  step.collections = {collection_name{"x'; --"}, collection_name{"{\"}"}};
  did<commit_ack>(step);
  auto events = log("r_1", 1);
  CAF_REQUIRE_EQUAL(events.size(), naughty.size());
  auto page = take(read->load({}));
  CAF_REQUIRE_EQUAL(page.documents.size(), naughty.size());
  for (std::size_t i = 0; i < naughty.size(); ++i) {
    CAF_CHECK_EQUAL(events[i].data, naughty[i]);
    CAF_CHECK_EQUAL(page.documents[i].title, naughty[i]);
    CAF_CHECK_EQUAL(page.documents[i].embedded.passages.at(0).heading, naughty[i]);
    CAF_CHECK_EQUAL(page.documents[i].url, "http://a/" + naughty[i] + std::to_string(i));
    CAF_CHECK(page.documents[i].collections == step.collections);
  }
  CAF_CHECK_EQUAL(postgres::clean(std::string_view{"a\0b", 3}), "a\xEF\xBF\xBD"
                                                                "b");
  CAF_CHECK_EQUAL(postgres::clean("a\xC3(\xED\xA0\x80"), "a\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  auto odd = running("r_2");
  auto with_zero = a_commit(odd);
  with_zero.events.push_back({at(0), "progress", std::string{"x\0y", 3}});
  did<commit_ack>(with_zero);
  auto kept = log("r_2", 1);
  CAF_CHECK_EQUAL(kept.at(0).data, "x\xEF\xBF\xBDy");
}

CAF_TEST(writes and reads go on after connections were cut) {
  if (absent())
    return;
  auto mine = running("r_1");
  for (int round = 0; round < 3; ++round) {
    cut_off();
    CAF_CHECK_EQUAL(row("r_1").attempt, 1u);
    cut_off();
    auto step = a_commit(mine);
    step.events = {an_event("after " + std::to_string(round))};
    step.pages = {a_page("http://a/", "text " + std::to_string(round))};
    CAF_CHECK_EQUAL(did<commit_ack>(step).last.value, static_cast<std::uint64_t>(round) + 2);
  }
  CAF_CHECK_EQUAL(log("r_1").size(), 4u);
}

CAF_TEST(several nodes claim each research once) {
  if (absent())
    return;
  constexpr int count = 400;
  for (int i = 0; i < count; ++i)
    did<accepted_research>(an_accept("r_" + std::to_string(1000 + i), i % 7));
  std::vector<std::vector<std::string>> got(4);
  std::vector<std::thread> nodes;
  for (std::size_t n = 0; n < got.size(); ++n)
    nodes.emplace_back([&, n] {
      auto writer = take(opened->open_writer());
      std::vector<events_committed> ignored;
      for (int rounds = 0; rounds < 1000; ++rounds) {
        auto answers = writer->apply(std::vector<write_op>{a_claim(5, 100, "node-" + std::to_string(n))}, ignored);
        auto claimed = std::get<claimed_research>(take(std::move(answers.at(0))));
        if (claimed.backlog == 0 && claimed.rows.empty())
          return;
        std::vector<write_op> ends;
        for (const auto& x : claimed.rows) {
          got[n].push_back(x.id.value);
          ends.emplace_back(ending(a_commit(x), 101));
        }
        for (auto& x : writer->apply(ends, ignored))
          take(std::move(x));
      }
    });
  for (auto& x : nodes)
    x.join();
  std::set<std::string> all;
  std::size_t claims = 0;
  for (const auto& x : got) {
    claims += x.size();
    all.insert(x.begin(), x.end());
  }
  CAF_CHECK_EQUAL(claims, static_cast<std::size_t>(count));
  CAF_CHECK_EQUAL(all.size(), static_cast<std::size_t>(count));
  CAF_CHECK_EQUAL(take(read->figures({})).running, 0u);
}

CAF_TEST(documents are numbered as they are committed though nodes cross) {
  if (absent())
    return;
  constexpr std::size_t nodes = 4;
  constexpr std::size_t rounds = 25;
  std::vector<research_row> mine;
  for (std::size_t n = 0; n < nodes; ++n)
    mine.push_back(running("r_" + std::to_string(n)));
  std::atomic<std::size_t> at_work{nodes};
  std::vector<std::thread> threads;
  for (std::size_t n = 0; n < nodes; ++n)
    threads.emplace_back([&, n] {
      auto writer = take(opened->open_writer());
      std::vector<events_committed> ignored;
      for (std::size_t i = 0; i < rounds; ++i) {
        std::vector<write_op> ops;
        auto step = a_commit(mine[n]);
        // In orders that cross: pages all nodes find, and some of their own.
        for (std::size_t p = 0; p < 3; ++p) {
          auto which = n % 2 == 0 ? p : 2 - p;
          step.pages.push_back(a_page("http://s/" + std::to_string(which), "shared " + std::to_string(i * 3 + which)));
        }
        step.pages.push_back(a_page("http://o/", "own " + std::to_string(n) + "/" + std::to_string(i)));
        step.collections = {collection_name{n % 2 == 0 ? "a" : "b"}, collection_name{n % 2 == 0 ? "b" : "a"}};
        ops.emplace_back(step);
        for (auto& x : writer->apply(ops, ignored))
          take(std::move(x));
      }
      --at_work;
    });
  // A shard that reads along, from where it was, must come to know all of them.
  auto shard = take(opened->open_reader());
  std::set<std::string> seen;
  std::uint64_t last = 0;
  for (auto more = true; more;) {
    more = at_work.load() != 0;
    auto page = take(shard->load({last, 7, {}, true}));
    for (const auto& d : page.documents)
      seen.insert(d.embedded.document.value);
    last = page.last_row;
    more = more || !page.done;
  }
  for (auto& x : threads)
    x.join();
  CAF_CHECK_EQUAL(seen.size(), rounds * (3 + nodes));
  CAF_CHECK_EQUAL(take(read->figures({})).documents, rounds * (3 + nodes));
}

CAF_TEST(a wrong address says what to mend) {
  if (absent())
    return;
  auto gone = refusal("postgresql://127.0.0.1:1/troupe?connect_timeout=2");
  CAF_CHECK(says(gone, "unavailable: can't reach PostgreSQL"));
  CAF_CHECK(says(gone, "Look at DATABASE_URL"));
  auto base = schema.url();
  auto where = base.find("/postgres?");
  CAF_REQUIRE(where != std::string::npos);
  auto elsewhere = base;
  elsewhere.replace(where, 10, "/nosuchdatabase?");
  CAF_CHECK(says(refusal(elsewhere), "nosuchdatabase"));
  auto nobody = base.substr(0, base.find("schema=")) + "schema=no_such_schema";
  CAF_CHECK(says(refusal(nobody), "not_found: the schema 'no_such_schema'"));
  CAF_CHECK(says(refusal(base.substr(0, base.find("schema=")) + "schema=x'y"), "no plain name"));
  CAF_CHECK(says(refusal("not an address"), "Look at DATABASE_URL"));
}

CAF_TEST(a schema from the future is refused) {
  if (absent())
    return;
  other.begin(postgres::connection::access::write);
  other.run("insert into troupe_schema values (999)");
  other.commit();
  CAF_CHECK(says(refusal(schema.url()), "newer troupe"));
}

CAF_TEST(the schema is taken out of an address) {
  auto read_it = [](const std::string& url) {
    auto x = take(postgres::read_address(url));
    return x.url + " " + x.schema;
  };
  const std::string waits = "connect_timeout=10&tcp_user_timeout=30000";
  CAF_CHECK_EQUAL(read_it("postgresql://h/d"), "postgresql://h/d?" + waits + " ");
  CAF_CHECK_EQUAL(read_it("postgresql://h/d?schema=s"), "postgresql://h/d?" + waits + " s");
  CAF_CHECK_EQUAL(read_it("postgresql://h/d?schema=s&a=b"), "postgresql://h/d?a=b&" + waits + " s");
  CAF_CHECK_EQUAL(read_it("postgresql://h,i:5433/d?a=b&schema=s&c=d"),
                  "postgresql://h,i:5433/d?a=b&c=d&" + waits + " s");
  CAF_CHECK_EQUAL(read_it("postgresql://h/d?a=b&schema=s"), "postgresql://h/d?a=b&" + waits + " s");
  CAF_CHECK_EQUAL(read_it("postgresql://schema=x@h/d?myschema=s"),
                  "postgresql://schema=x@h/d?myschema=s&" + waits + " ");
  CAF_CHECK_EQUAL(read_it("postgresql://h/d?connect_timeout=3&tcp_user_timeout=9"),
                  "postgresql://h/d?connect_timeout=3&tcp_user_timeout=9 ");
  CAF_CHECK_EQUAL(read_it("host=h dbname=d"), "host=h dbname=d connect_timeout=10 tcp_user_timeout=30000 ");
}

CAF_TEST_FIXTURE_SCOPE_END()
