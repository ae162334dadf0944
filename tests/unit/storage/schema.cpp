// Opening: the schema is applied once and in order; foreign and newer databases are refused untouched.
#define CAF_SUITE schema

#include <fstream>
#include <thread>

#include "storage/blobs/file_blobs.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/schema.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

struct fixture {
  scratch_folder folder;
  std::unique_ptr<sqlite::connection> raw() {
    return take(sqlite::connection::open(folder.path / "troupe.db", sqlite::durability_level::normal, 1024));
  }
  expected<std::shared_ptr<store>> open() { return open_sqlite({folder.path, durability::normal, 10}); }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(schema_tests, fixture)

CAF_TEST(numbers are gapless and the newest is recorded) {
  int number = 0;
  for (const auto& x : sqlite_migrations())
    CAF_CHECK(x.number == ++number);
  take(open());
  CAF_CHECK(raw()->number(0, "pragma user_version") == number);
  CAF_CHECK(open().has_value());
}

CAF_TEST(a newer database is refused) {
  take(open());
  raw()->script("pragma user_version = 99");
  auto x = open();
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error().message.find("newer troupe (schema 99") != std::string::npos);
  CAF_CHECK(!x.error().advice.empty());
  CAF_CHECK(raw()->number(0, "pragma user_version") == 99);
}

CAF_TEST(the database of another program is refused untouched) {
  raw()->script("create table theirs (x)");
  auto x = open();
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error().message.find("another program") != std::string::npos);
  CAF_CHECK(raw()->number(0, "select count(*) from sqlite_schema") == 1);
}

CAF_TEST(a file that is no database is refused) {
  std::ofstream{folder.path / "troupe.db"} << std::string(5000, 'x');
  auto x = open();
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error().message.find("damaged") != std::string::npos);
  CAF_CHECK(x.error().advice.find((folder.path / "troupe.db").string()) != std::string::npos); // what to move away
}

CAF_TEST(only the missing steps run and a failing one leaves nothing behind) {
  using storage::migration;
  auto db = raw();
  const migration one{1, "one", "create table a (x);"};
  const migration two{2, "two", "create table b (x); insert into b values (7);"};
  const migration bad{3, "bad", "create table c (x); insert into nowhere values (1);"};
  take(sqlite::apply_schema(*db, std::vector{one}));
  take(sqlite::apply_schema(*db, std::vector{one, two}));
  CAF_CHECK(db->number(0, "select x from b") == 7);
  CAF_CHECK(!sqlite::apply_schema(*db, std::vector{one, two, bad}));
  CAF_CHECK(db->number(0, "pragma user_version") == 2);
  CAF_CHECK(db->number(0, "select count(*) from sqlite_schema where name = 'c'") == 0);
}

CAF_TEST(what an older schema holds is there after its migration) {
  {
    auto db = raw();
    take(sqlite::apply_schema(*db, sqlite_migrations().first(4)));
    const std::string brief = R"({"question":"short?","depth":1,"max_pages":5,"timeout_s":60,"priority":"standard"})";
    const std::string lengthy =
      R"({"question":"long?","urls":["http://a/)" + std::string(3000, 'x') + R"("],"priority":"batch"})";
    auto insert = [&](const char* id, int priority, const char* state, std::int64_t not_before, int held,
                      const std::string& body, const char* granted) {
      db->run("insert into ledger (id, priority, state, attempt, created_at, not_before, held, last_seq, crashes, "
              "claimed_seq, sources) values (?, ?, ?, 3, 7, ?, ?, 2, 1, 1, 4)",
              std::string_view{id}, priority, std::string_view{state}, not_before, held);
      auto row = db->inserted_row();
      db->run("insert into requests (research, body, granted) values (?, ?, ?)", row, body, std::string_view{granted});
      for (int seq : {1, 2})
        db->run("insert into events (research, seq, epoch, at, type, data) values (?, ?, 0, 0, 'progress', '{}')", row,
                seq);
    };
    insert("r_1", 1, "done", 0, 0, brief, "");
    insert("r_2", 1, "queued", 0, 0, brief, R"({"roots":["/srv"],"private_network":true})");
    insert("r_3", 2, "queued", 0, 0, lengthy, "");
    insert("r_4", 0, "queued", to_ns(at(5)), 1, brief, "");
    db->run("insert into reports (research, body) values (1, '{}')");
    insert("r_5", 3, "queued", 0, 0, "{}", "");
    db->run("delete from requests where research = 5");
  }
  auto opened = take(open());
  auto read = take(opened->open_reader());
  auto row = [&](const char* id) { return take(read->get(get_research{research_id{id}, {}})); };
  CAF_CHECK(row("r_1").status == research_status::done);
  CAF_CHECK_EQUAL(row("r_1").progress.sources, 4u);
  CAF_CHECK_EQUAL(row("r_2").request.question, "short?");
  CAF_CHECK(row("r_2").granted.private_network);
  CAF_CHECK(row("r_2").granted.roots == std::vector<std::string>{"/srv"});
  CAF_CHECK_EQUAL(row("r_2").attempt, 3u);
  CAF_CHECK_EQUAL(row("r_2").crashes, 1u);
  CAF_REQUIRE_EQUAL(row("r_3").request.urls.size(), 1u);
  CAF_CHECK_EQUAL(row("r_3").request.urls[0].size(), 3009u);
  CAF_CHECK_EQUAL(take(read->events(read_events{research_id{"r_3"}, {}, 10, {}})).events.size(), 2u);
  CAF_CHECK_EQUAL(take(read->figures({})).queued, 3u);
  CAF_CHECK_EQUAL(take(read->figures({})).held, 1u);
  CAF_CHECK(!read->get(get_research{research_id{"r_5"}, {}}).has_value());
  auto write = take(opened->open_writer());
  std::vector<events_committed> wakes;
  auto claimed = [&](std::int64_t when) {
    auto answers = write->apply(std::vector<write_op>{a_claim(9, when)}, wakes);
    std::vector<std::string> ids;
    auto taken = std::get<claimed_research>(take(answers.front()));
    for (const auto& x : taken.rows)
      ids.push_back(x.id.value);
    return ids;
  };
  CAF_CHECK(claimed(0) == (std::vector<std::string>{"r_2", "r_3"}));
  CAF_CHECK(claimed(10) == std::vector<std::string>{"r_4"});
  CAF_CHECK_EQUAL(take(read->figures({})).queued, 0u); // the one without its request has failed
  auto db = raw();
  CAF_CHECK_EQUAL(db->number(0, "select count(*) from requests"), 1);
  CAF_CHECK_EQUAL(db->number(0, "select row from ledger where id = 'r_4'"), 4);
}

CAF_TEST(what was fetched before its nature was noted is there without one) {
  auto known = a_page("http://a/1", "words of a page", 2, 1);
  {
    auto db = raw();
    take(sqlite::apply_schema(*db, sqlite_migrations().first(6)));
    db->run("insert into documents (id, bytes, title, byline, published, language, blocks, passages) values "
            "(?, ?, 'T', '', '', 'en', x'', 0)",
            sqlite::blob_view{from_hex(known.content.id.value)}, known.content.text.size());
    db->run("insert into fetches (url, document, final_url, fetched_at, status, media_type, raw_sha256, validator, "
            "bytes, links) values ('http://a/1', 1, '', 7, 200, '', '', '', 5, x'')");
  }
  auto read = take(take(open())->open_reader());
  auto found = take(read->find({{"http://a/1"}, false, {}}));
  CAF_REQUIRE_EQUAL(found.items.size(), 1u);
  CAF_CHECK(found.items[0].nature == page_nature{});
  CAF_CHECK_EQUAL(found.items[0].status, 200u);
}

CAF_TEST(several may open an empty folder at once) {
  std::vector<std::string> errors(4);
  std::vector<std::thread> threads;
  for (auto& what : errors)
    threads.emplace_back([&] {
      if (auto x = open(); !x)
        what = x.error().message;
    });
  for (auto& x : threads)
    x.join();
  for (const auto& what : errors)
    CAF_CHECK_EQUAL(what, "");
}

CAF_TEST(a folder that can not be made says so) {
  std::ofstream{folder.path / "file"} << "x";
  auto x = open_sqlite({folder.path / "file" / "data", durability::normal, 10});
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error().message.find("can't make the data folder") != std::string::npos);
}

CAF_TEST(blobs are whole files under their hash and left - overs go) {
  auto place = folder.path / "blobs";
  std::filesystem::create_directories(place / "incoming");
  std::ofstream{place / "incoming" / "1-1"} << "left over";
  auto blobs = take(open_file_blobs(place, durability::full));
  CAF_CHECK(std::filesystem::is_empty(place / "incoming"));
  std::vector<std::pair<std::string, std::string_view>> two{{sha256_hex("one"), "one"}, {sha256_hex(""), ""}};
  take(blobs->put(two));
  take(blobs->put(two));
  CAF_CHECK(std::filesystem::is_regular_file(place / two[0].first.substr(0, 2) / two[0].first.substr(2)));
  CAF_CHECK(take(blobs->get(two[0].first)) == "one");
  CAF_CHECK(take(blobs->get(two[1].first)).empty());
  CAF_CHECK(blobs->get(std::string(64, 'f')).error().code == errc::not_found);
  CAF_CHECK(blobs->get("../../etc/passwd").error().code == errc::not_found);
  two[0].first = "../" + two[0].first.substr(3);
  CAF_CHECK(blobs->put(two).error().code == errc::invalid_argument);
  std::ofstream{place / "incoming" / "1-1"} << "somebody is writing";
  auto second = take(open_file_blobs(place, durability::full));
  CAF_CHECK(!std::filesystem::is_empty(place / "incoming"));
}

CAF_TEST_FIXTURE_SCOPE_END()
