// What is left after kill -9 and after a full disk.
#define CAF_SUITE survival

#include <csignal>
#include <fstream>
#include <iostream>
#include <map>
#include <sys/resource.h>
#include <sys/wait.h>

#include "storage/sqlite/connection.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

/// Writes groups for ever, telling `out` what was acknowledged: "<research> <last seq>\n". Runs in a child process.
[[noreturn]] void write_until_killed(const sqlite_options& options, std::uint64_t seed, int out) {
  std::mt19937_64 random{seed};
  auto opened = take(open_sqlite(options));
  auto write = take(opened->open_writer());
  std::vector<events_committed> wakes;
  for (int round = 0;; ++round) {
    std::vector<write_op> ops;
    for (int i = 0; i < 3; ++i)
      ops.push_back(
        an_accept("r_" + std::to_string(seed) + "_" + std::to_string(round) + "_" + std::to_string(i), round));
    ops.push_back(a_claim(2, round));
    auto answers = write->apply(ops, wakes);
    std::vector<write_op> commits;
    auto claimed = std::get<claimed_research>(take(answers.back()));
    for (const auto& row : claimed.rows) {
      auto x = a_commit(row);
      for (int i = 0; i < 3; ++i)
        x.pages.push_back(
          a_page("http://a/" + std::to_string(random() % 1000), "words " + std::to_string(random() % 5000)));
      x.collections = {collection_name{row.id.value}};
      x.events = {an_event("one"), an_event("two")};
      commits.push_back(random() % 2 == 0 ? ending(x) : x);
    }
    answers = write->apply(commits, wakes);
    std::string told;
    for (std::size_t i = 0; i < commits.size(); ++i)
      told += std::get<commit_research>(commits[i]).research.value + " "
              + std::to_string(std::get<commit_ack>(take(answers[i])).last.value) + "\n";
    if (::write(out, told.data(), told.size()) < 0)
      ::_exit(1);
    write->tend(random() % 8 == 0);
  }
}

/// Runs the child until it has told about `lines` commits, then kills it wherever it is.
std::map<std::string, std::uint64_t> kill_after(const sqlite_options& options, std::uint64_t seed, int lines) {
  int ends[2];
  if (::pipe(ends) != 0)
    throw std::runtime_error("no pipe");
  auto child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    try {
      write_until_killed(options, seed, ends[1]);
    } catch (...) {
      ::_exit(1);
    }
  }
  ::close(ends[1]);
  std::string told;
  char buffer[256];
  while (std::count(told.begin(), told.end(), '\n') < lines) {
    auto n = ::read(ends[0], buffer, sizeof buffer);
    if (n <= 0)
      break;
    told.append(buffer, static_cast<std::size_t>(n));
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    told.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  std::map<std::string, std::uint64_t> acknowledged;
  std::istringstream in{told};
  std::string id;
  for (std::uint64_t last = 0; in >> id >> last;)
    acknowledged[id] = last;
  return acknowledged;
}

/// Shrinks the biggest file this process may write, for as long as it lives: the disk is "full" beyond it.
struct small_disk {
  rlimit before{};
  explicit small_disk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit small{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;
  ~small_disk() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

struct fixture : store_fixture {
  std::string integrity() {
    auto db = take(sqlite::connection::open(folder.path / "troupe.db", sqlite::durability_level::read_only, 1024));
    auto c = db->query("pragma integrity_check");
    return c.next() ? std::string{c.text(0)} : "no answer";
  }

  /// A file as it is between the two halves of a commit.
  void plant(const std::string& text) const {
    auto name = sha256_hex(text);
    auto place = folder.path / "blobs" / name.substr(0, 2);
    std::filesystem::create_directories(place);
    std::ofstream{place / name.substr(2)} << text;
  }

  /// Every log gapless, every document whole; what is wrong otherwise.
  std::string damage() {
    auto list = take(read->list({"", "", 1000, {}}));
    for (const auto& x : list.items) {
      std::uint64_t seq = 0;
      for (const auto& e : log(x.id.value))
        if (e.seq.value != ++seq)
          return "a gap in " + x.id.value;
      if (seq == 0)
        return "no log of " + x.id.value;
    }
    std::uint64_t documents = 0;
    index_page page;
    while (!page.done) {
      page = take(read->load({page.last_row, 1000, {}}));
      for (const auto& d : page.documents)
        if (sha256_hex(take(read->get(get_document{d.embedded.document, {}})).text) != d.embedded.document.value)
          return "a torn blob " + d.embedded.document.value;
      documents += page.documents.size();
    }
    return documents == take(read->figures({})).documents ? "" : "a document without its blob";
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(survival_tests, fixture)

CAF_TEST(a killed writer loses nothing it acknowledged) {
  std::mt19937_64 random{std::random_device{}()};
  options.ledger_limit = 1'000'000;
  for (int round = 0; round < 6; ++round) {
    options.durable = round % 2 == 0 ? durability::normal : durability::full;
    write.reset();
    read.reset();
    opened.reset();
    auto seed = random();
    auto acknowledged = kill_after(options, seed, static_cast<int>(1 + random() % 60));
    CAF_REQUIRE(!acknowledged.empty());
    options.sole_owner = true;
    plant("a snapshot whose row was never committed");
    reopen();
    CAF_CHECK_EQUAL(files(), take(read->figures({})).documents);
    CAF_CHECK(integrity() == "ok");
    auto what = damage();
    if (!what.empty())
      std::cerr << "seed " << seed << ": " << what << std::endl;
    CAF_CHECK(what.empty());
    for (const auto& [id, last] : acknowledged)
      CAF_CHECK(log(id).size() >= last);
    CAF_CHECK(std::filesystem::is_empty(folder.path / "blobs" / "incoming"));
    did<accepted_research>(an_accept("r_after_" + std::to_string(seed)));
  }
}

CAF_TEST(full syncs each commit and normal leaves that to checkpoints) {
  using sqlite::durability_level;
  for (auto [level, synchronous] : {std::pair{durability_level::full, 2}, std::pair{durability_level::normal, 1}}) {
    auto db = take(sqlite::connection::open(folder.path / "other.db", level, 1024));
    CAF_CHECK_EQUAL(db->number(-1, "pragma synchronous"), synchronous);
    auto c = db->query("pragma journal_mode");
    CAF_REQUIRE(c.next());
    CAF_CHECK(c.text(0) == "wal");
  }
}

CAF_TEST(a blob that finds no room fails its own commit only) {
  auto op = a_commit(running("r_1"));
  op.pages = {a_page("http://a/1", std::string(4'000'000, 'x'))};
  op.events = {an_event("too much")};
  {
    small_disk disk{2'000'000};
    auto answers = apply({op, an_accept("r_2")});
    CAF_REQUIRE(!answers[0]);
    CAF_CHECK(answers[0].error().code == errc::disk_full);
    CAF_CHECK(answers[1].has_value());
  }
  CAF_CHECK(std::filesystem::is_empty(folder.path / "blobs" / "incoming"));
  CAF_CHECK(log("r_1").size() == 1);
  CAF_CHECK(did<commit_ack>(op).last.value == 2);
  CAF_CHECK(damage().empty());
}

CAF_TEST(a full disk fails the group and the writer goes on when there is room) {
  auto op = a_commit(running("r_1"));
  op.events = {an_event(std::string(100'000, 'x'))};
  std::uint64_t written = 1;
  {
    small_disk disk{1'000'000};
    auto code = errc::none;
    for (int i = 0; i < 100 && code == errc::none; ++i) {
      auto answers = apply({op, op});
      code = answers[0] ? errc::none : answers[0].error().code;
      CAF_CHECK(answers[0].has_value() == answers[1].has_value());
      written += code == errc::none ? 2 : 0;
      CAF_CHECK(wakes.empty() == (code != errc::none));
    }
    CAF_CHECK(code == errc::disk_full);
    CAF_CHECK(refused(op) == errc::disk_full);
  }
  CAF_CHECK(log("r_1").size() == written);
  CAF_CHECK(did<commit_ack>(op).last.value == written + 1);
  reopen();
  CAF_CHECK(log("r_1").size() == written + 1);
  CAF_CHECK(integrity() == "ok");
}

CAF_TEST_FIXTURE_SCOPE_END()
